"""What people do in the Slack stand-in, told to a real slack-bolt app by HTTP and by socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import FormRefused, SandboxSlack
from tests.bot.sandbox.small_app import Counter, card, reply_modal, running
from tests.hurry import without_hurry


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    workspace = without_hurry(await SandboxSlack.start())
    workspace.add_user("U0MIKA", "Mika", "mika@sales.example")
    workspace.add_user("U0KEN", "Ken", "ken@sales.example")
    workspace.events.retry_delays = (0.0, 0.0, 0.0)
    yield workspace
    await workspace.stop()


@pytest.fixture
async def counter(slack: SandboxSlack) -> AsyncIterator[Counter]:
    async with running(slack) as counter:
        yield counter


async def posted_card(slack: SandboxSlack, counter: Counter) -> str:
    answer = await counter.client.chat_postMessage(channel="#sales", text="A wish", blocks=card())
    return str(answer["ts"])


async def test_a_press_is_acknowledged_and_answered_in_private(
    slack: SandboxSlack, counter: Counter
) -> None:
    ts = await posted_card(slack, counter)
    answer = await slack.press("U0MIKA", "#sales", ts, "request.claim")
    assert answer.status == 200
    (told,) = await slack.until(lambda: slack.ephemerals("U0MIKA"))
    assert told.text == "Claimed by U0MIKA"
    assert slack.ephemerals("U0KEN") == []


async def test_a_modal_opens_keeps_its_errors_and_closes(
    slack: SandboxSlack, counter: Counter
) -> None:
    ts = await posted_card(slack, counter)
    await slack.press("U0MIKA", "#sales", ts, "request.reply")
    modal = await slack.until(lambda: slack.modal("U0MIKA"))
    assert modal is not None
    with pytest.raises(FormRefused):
        await slack.submit_view(modal.id, "U0MIKA", {})
    answer = await slack.submit_view(modal.id, "U0MIKA", {"reply": "bad words"})
    assert answer.json["errors"] == {"reply": "not like this"}
    assert slack.modal("U0MIKA") is modal
    await slack.submit_view(modal.id, "U0MIKA", {"text": "good words"})
    assert slack.modal("U0MIKA") is None


async def test_a_trigger_opens_one_modal_and_only_for_its_time(
    slack: SandboxSlack, counter: Counter
) -> None:
    trigger = slack.workspace.new_trigger("U0MIKA")
    await counter.client.views_open(trigger_id=trigger, view=reply_modal())
    for seconds, expected in ((60.0, "exchanged_trigger_id"), (-1.0, "expired_trigger_id")):
        if seconds < 0:
            slack.workspace.trigger_seconds = seconds
            trigger = slack.workspace.new_trigger("U0MIKA")
        with pytest.raises(SlackApiError) as caught:
            await counter.client.views_open(trigger_id=trigger, view=reply_modal())
        assert caught.value.response["error"] == expected


async def test_what_people_write_arrives_escaped_and_in_its_thread(
    slack: SandboxSlack, counter: Counter
) -> None:
    ts = await posted_card(slack, counter)
    counter.events.clear()
    await slack.write("U0MIKA", "#sales", "a <b> & @Ken https://x.example/?a=1", thread_ts=ts)
    (event,) = counter.events
    assert event["text"] == "a &lt;b&gt; &amp; <@U0KEN> <https://x.example/?a=1>"
    assert event["thread_ts"] == ts
    assert event["parent_user_id"] == "U0BOT"
    assert event["channel_type"] == "channel"


async def test_an_edit_and_a_deletion_are_told_with_what_was_before(
    slack: SandboxSlack, counter: Counter
) -> None:
    said = await slack.write("U0MIKA", "#sales", "first")
    ts = said.payload["event"]["ts"]
    await slack.edit("U0MIKA", "#sales", ts, "second")
    await slack.delete("U0MIKA", "#sales", ts)
    changed, deleted = counter.events[1:]
    assert changed["subtype"] == "message_changed"
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("first", "second")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_own_posts_come_back_as_events(slack: SandboxSlack, counter: Counter) -> None:
    await posted_card(slack, counter)
    await slack.settle()
    (echo,) = slack.events.deliveries
    assert echo.payload["event"]["bot_id"] == "B0BOT"
    assert echo.acknowledged
    assert counter.events == [], "bolt itself passes over what its own bot wrote"


async def test_an_event_comes_again_with_its_number_until_it_is_taken(
    slack: SandboxSlack, counter: Counter
) -> None:
    counter.fail_next = 2
    answer = await slack.write("U0MIKA", "#sales", "hello")
    assert [attempt.status for attempt in answer.attempts] == [500, 500, 200]
    assert [attempt.retry_num for attempt in answer.attempts] == [0, 1, 2]
    assert len(counter.events) == 1
    await slack.events.again(answer)
    assert len(counter.events) == 2
    assert counter.events[0] == counter.events[1]


async def test_silence_is_given_up_after_the_patience_and_tried_three_times(
    slack: SandboxSlack,
) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    slack.events_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    slack.events.patience = 0.05
    answer = await slack.write("U0MIKA", "#sales", "hello")
    assert [attempt.status for attempt in answer.attempts] == [None] * 4
    server.close()
    await server.wait_closed()


async def test_a_forged_or_old_signature_is_refused_by_the_app(
    slack: SandboxSlack, counter: Counter
) -> None:
    body = b'{"type":"url_verification","challenge":"c"}'
    json_type = {"Content-Type": "application/json"}
    good = slack.events.signed(body) | json_type
    assert await slack.events.post(body, good) == (200, '{"challenge": "c"}')
    status, _ = await slack.events.post(body + b" ", good)
    assert status == 401
    old = slack.events.signed(body, at=1_000_000) | json_type
    assert (await slack.events.post(body, old))[0] == 401


async def test_a_command_is_answered_to_one_person(slack: SandboxSlack, counter: Counter) -> None:
    answer = await slack.command("U0KEN", "/madoguchi customer C-1", "#general")
    assert answer.body == "You said customer C-1"
    assert [message.text for message in slack.ephemerals("U0KEN")] == ["You said customer C-1"]


async def test_the_home_is_published_when_it_is_opened(
    slack: SandboxSlack, counter: Counter
) -> None:
    await slack.open_home("U0MIKA")
    home = await slack.until(lambda: slack.home("U0MIKA"))
    assert home is not None
    assert home.content["blocks"][0]["text"]["text"] == "Nothing yet"


async def test_a_response_url_is_worn_out_after_five_uses(
    slack: SandboxSlack, counter: Counter
) -> None:
    ts = await posted_card(slack, counter)
    answer = await slack.press("U0MIKA", "#sales", ts, "request.claim")
    url = answer.payload["response_url"]
    async with aiohttp.ClientSession() as session:
        statuses = [
            (await session.post(url, json={"text": f"n{number}"})).status for number in range(5)
        ]
    assert statuses == [200, 200, 200, 200, 404]


async def test_nobody_presses_what_he_cannot_see(slack: SandboxSlack, counter: Counter) -> None:
    ts = await posted_card(slack, counter)
    with pytest.raises(LookupError):
        await slack.press("U0MIKA", "#sales", ts, "request.nothing")
    channel = slack.channel("#sales").id
    private = await counter.client.chat_postEphemeral(
        channel=channel, user="U0KEN", text="x", blocks=card()
    )
    with pytest.raises(LookupError):
        await slack.press("U0MIKA", "#sales", private["message_ts"], "request.claim")
    answer = await slack.press("U0KEN", "#sales", private["message_ts"], "request.claim")
    assert answer.payload["container"]["is_ephemeral"]
    assert "message" not in answer.payload


async def test_socket_mode_carries_presses_and_survives_a_refresh(
    slack: SandboxSlack, counter: Counter
) -> None:
    handler = AsyncSocketModeHandler(counter.bolt, slack.app_token)
    await handler.connect_async()
    slack.events_url = None
    try:
        await connected(slack)
        ts = await posted_card(slack, counter)
        await slack.press("U0MIKA", "#sales", ts, "request.reply")
        modal = await slack.until(lambda: slack.modal("U0MIKA"))
        assert modal is not None
        answer = await slack.submit_view(modal.id, "U0MIKA", {"reply": "bad"})
        assert answer.via == "socket"
        assert answer.json["response_action"] == "errors"
        await slack.disconnect_sockets()
        await connected(slack)
        answer = await slack.write("U0MIKA", "#sales", "still there?")
        assert answer.acknowledged
    finally:
        await handler.close_async()


async def connected(slack: SandboxSlack) -> None:
    await slack.until(lambda: slack.events.sockets)


async def test_modals_stack_three_deep_and_closing_one_is_told_if_wished(
    slack: SandboxSlack, counter: Counter
) -> None:
    modal = reply_modal() | {"notify_on_close": True}
    trigger = slack.workspace.new_trigger("U0MIKA")
    await counter.client.views_open(trigger_id=trigger, view=modal)
    for _ in range(2):
        trigger = slack.workspace.new_trigger("U0MIKA")
        await counter.client.views_push(trigger_id=trigger, view=modal)
    trigger = slack.workspace.new_trigger("U0MIKA")
    with pytest.raises(SlackApiError) as caught:
        await counter.client.views_push(trigger_id=trigger, view=modal)
    assert caught.value.response["error"] == "push_limit_reached"
    top = slack.modal("U0MIKA")
    assert top is not None
    told = await slack.close_view(top.id, "U0MIKA")
    assert told is not None
    assert told.payload["type"] == "view_closed"
    below = slack.modal("U0MIKA")
    assert below is not None
    assert below.id == top.previous_id


async def test_a_stale_hash_does_not_overwrite_a_modal(
    slack: SandboxSlack, counter: Counter
) -> None:
    trigger = slack.workspace.new_trigger("U0MIKA")
    opened = await counter.client.views_open(trigger_id=trigger, view=reply_modal())
    view = opened["view"]
    arguments = {"view_id": view["id"], "view": reply_modal(), "hash": view["hash"]}
    await counter.client.views_update(**arguments)
    with pytest.raises(SlackApiError) as caught:
        await counter.client.views_update(**arguments)
    assert caught.value.response["error"] == "hash_conflict"


async def test_a_shared_file_is_told_with_its_private_address(
    slack: SandboxSlack, counter: Counter
) -> None:
    answer = await slack.share_file("U0MIKA", "#sales", "plan.png", b"png", "image/png", text="see")
    event = answer.payload["event"]
    assert event["subtype"] == "file_share"
    assert event["files"][0]["url_private"].startswith("http://127.0.0.1:")
    found = await counter.client.files_info(file=event["files"][0]["id"])
    assert found["file"]["size"] == 3


async def test_what_the_app_has_not_subscribed_to_is_not_sent(
    slack: SandboxSlack, counter: Counter
) -> None:
    slack.subscribed.discard("message.channels")
    answer = await slack.write("U0MIKA", "#sales", "unheard")
    assert answer.attempts == []
    assert counter.events == []
