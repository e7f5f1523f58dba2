"""Mail in: from the mailbox to an IncomingMessage."""
