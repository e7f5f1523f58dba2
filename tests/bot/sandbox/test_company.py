"""The people of a company, brought into the stand-ins."""

from __future__ import annotations

from bot.sandbox.company import introduce
from bot.sandbox.slack import SandboxSlack
from domain.people import Customer, Staff


async def test_staff_become_slack_users_with_their_channels_and_all_have_a_mailbox() -> None:
    slack = await SandboxSlack.start(channels=())
    staff = [
        Staff("S1", "Mika", "mika@sales.example", slack_user_id="U0MIKA", slack_channel="#east"),
        Staff("S2", "Ken", "ken@sales.example"),
    ]
    customers = [Customer("C1", "Grace", "grace@studio.example"), Customer("C2", "No Mail")]
    personas = introduce(slack, staff, customers, catalog_address="catalog@sales.example")
    assert [(one.address, one.role) for one in personas] == [
        ("grace@studio.example", "customer"),
        ("mika@sales.example", "staff"),
        ("ken@sales.example", "staff"),
        ("catalog@sales.example", "counter"),
    ]
    assert slack.workspace.users["U0MIKA"].email == "mika@sales.example"
    assert "U0MIKA" in slack.channel("#east").members
    assert "U0MIKA" in slack.channel("#sales").members
    await slack.stop()
