"""A mail server on loopback: IMAP and SMTP over one store in memory, with faults on demand.

Written here rather than taken from a package, because the tests need a server that cuts a line in
two, drops the connection at byte n or changes UIDVALIDITY when told; the packaged in-memory IMAP
servers can do none of it, and lose custom flags.
"""

from bot.sandbox.mailbox.faults import ImapFaults, SmtpFaults
from bot.sandbox.mailbox.server import SandboxMailbox
from bot.sandbox.mailbox.smtp_data import SmtpTransaction

__all__ = ["ImapFaults", "SandboxMailbox", "SmtpFaults", "SmtpTransaction"]
