"""Bringing the people of a company into the stand-ins."""

from __future__ import annotations

from collections.abc import Iterable

from bot.sandbox.pages import Persona
from bot.sandbox.slack import SandboxSlack
from domain.people import Customer, Staff


def introduce(
    slack: SandboxSlack,
    staff: Iterable[Staff],
    customers: Iterable[Customer],
    *,
    catalog_address: str,
    channel: str = "#sales",
) -> list[Persona]:
    """Make everybody with a Slack id a user there, with each one's channel and `channel`.

    The answer is whom the demo page knows by name: customers with an address, staff, the counter.
    """
    team = list(staff)
    for member in team:
        if member.slack_user_id and member.slack_user_id not in slack.workspace.users:
            slack.add_user(member.slack_user_id, member.name, member.email)
    wanted = dict.fromkeys([channel, *(member.slack_channel for member in team)])
    for name in filter(None, wanted):
        if slack.workspace.channel(name) is None:
            slack.add_channel(name)
    return [
        *(Persona(one.email, one.name, "customer", one.locale) for one in customers if one.email),
        *(Persona(one.email, one.name, "staff", one.locale) for one in team),
        Persona(catalog_address, "Madoguchi", "counter"),
    ]
