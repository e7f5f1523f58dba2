"""`python -m bot` is the same as `madoguchi`."""

from bot.cli.main import main

main()
