"""A Slack workspace on loopback: Web API, signed events, Socket Mode, and faults on demand.

Written here because no package offers one that a real Slack app can talk to over HTTP.
"""

from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.events import Answer, Attempt, signature
from bot.sandbox.slack.faults import FOR_EVER, PostingRate, SlackFaults
from bot.sandbox.slack.interactions import FormRefused
from bot.sandbox.slack.lint import LintWarning
from bot.sandbox.slack.nouns import Channel, Message, User, View
from bot.sandbox.slack.server import SandboxSlack

__all__ = [
    "FOR_EVER",
    "Answer",
    "Attempt",
    "Call",
    "Channel",
    "FormRefused",
    "LintWarning",
    "Message",
    "PostingRate",
    "SandboxSlack",
    "SlackFaults",
    "User",
    "View",
    "signature",
]
