"""The command line, tried as it is called."""
