"""Time for what answers on a busy machine; that it answers soon is no claim of these tests."""

from __future__ import annotations

from bot.sandbox.slack import SandboxSlack

#: As long as nothing hangs nobody waits for it.
PATIENCE = 120.0


def without_hurry(slack: SandboxSlack) -> SandboxSlack:
    """A workspace that gives the app more than Slack's three seconds to answer and to open."""
    slack.events.patience = slack.workspace.trigger_seconds = PATIENCE
    return slack
