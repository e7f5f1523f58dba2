"""The Slack stand-in's Web API, tried with Slack's own client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import FOR_EVER, PostingRate, SandboxSlack
from tests.hurry import without_hurry


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    workspace = without_hurry(await SandboxSlack.start())
    workspace.add_user("U0MIKA", "Mika", "mika@sales.example")
    yield workspace
    await workspace.stop()


@pytest.fixture
async def client(slack: SandboxSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.bot_token, base_url=slack.url, session=session, retry_handlers=[]
        )


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, **more: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Press"}
    return {"type": "button", "action_id": action_id, "text": label, **more}


async def refusal(call: Any) -> Any:
    """The answer with which Slack refuses `call`."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_post_is_found_again_in_history_by_its_metadata(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    metadata = {"event_type": "madoguchi_request", "event_payload": {"notification_id": "n1"}}
    posted = await client.chat_postMessage(
        channel="#sales", text="New", blocks=[section("*New*")], metadata=metadata
    )
    channel = posted["channel"]
    assert channel == slack.channel("#sales").id
    plain = await client.conversations_history(channel=channel)
    full = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata
    assert full["messages"][0]["ts"] == posted["ts"]
    assert slack.calls_of("chat.postMessage")[0].took_effect
    assert slack.lint == []


async def test_auth_test_names_the_bot_and_its_scopes(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["bot_id"] == "B0BOT"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_a_thread_is_read_and_pages_follow_their_cursor(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    parent = await client.chat_postMessage(channel="#sales", text="parent")
    channel, ts = parent["channel"], parent["ts"]
    for number in range(5):
        reply = await client.chat_postMessage(channel=channel, text=f"r{number}", thread_ts=ts)
    nested = await client.chat_postMessage(channel=channel, text="nested", thread_ts=reply["ts"])
    assert nested["message"]["thread_ts"] == ts
    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await client.conversations_replies(channel=channel, ts=ts, limit=4)
    ]
    assert pages == [["parent", "r0", "r1", "r2"], ["r3", "r4", "nested"]]
    history = await client.conversations_history(channel=channel)
    assert [message["text"] for message in history["messages"]] == ["parent"]
    assert history["messages"][0]["reply_count"] == 6
    newer = await client.conversations_history(channel=channel, oldest=ts)
    assert newer["messages"] == []


async def test_an_update_without_blocks_keeps_the_old_ones_and_is_linted(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="#sales", text="a", blocks=[section("a")])
    channel, ts = posted["channel"], posted["ts"]
    await client.chat_update(channel=channel, ts=ts, text="b")
    message = slack.messages("#sales")[0]
    assert message.text == "b"
    assert message.blocks[0]["text"]["text"] == "a"
    assert [warning.code for warning in slack.lint] == ["update_without_blocks"]
    await client.chat_delete(channel=channel, ts=ts)
    gone = await refusal(client.chat_update(channel=channel, ts=ts, text="c"))
    assert gone["error"] == "message_not_found"


async def test_a_foreign_message_cannot_be_changed(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    said = await slack.write("U0MIKA", "#sales", "mine")
    event = said.payload["event"]
    answer = await refusal(
        client.chat_update(channel=event["channel"], ts=event["ts"], text="yours")
    )
    assert answer["error"] == "cant_update_message"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "#sales", "text": " "}, "no_text"),
        ({"channel": "#sales", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "#archived", "text": "x"}, "is_archived"),
        ({"channel": "#closed", "text": "x"}, "not_in_channel"),
        ({"channel": "#secret", "text": "x"}, "channel_not_found"),
        ({"channel": "#sales", "text": "x", "blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"channel": "#sales", "text": "x", "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"channel": "#sales", "text": "x", "blocks": [section("")]}, "invalid_blocks"),
        (
            {
                "channel": "#sales",
                "text": "x",
                "blocks": [{"type": "actions", "elements": [button("same"), button("same")]}],
            },
            "invalid_blocks",
        ),
        (
            {"channel": "#sales", "text": "x", "blocks": [section("a") | {"block_id": "b"}] * 2},
            "invalid_blocks",
        ),
        (
            {
                "channel": "#sales",
                "text": "x",
                "blocks": [{"type": "image", "image_url": "https://a.example/b.png"}],
            },
            "invalid_blocks",
        ),
        (
            {
                "channel": "#sales",
                "text": "x",
                "blocks": [{"type": "actions", "elements": [button(str(n)) for n in range(26)]}],
            },
            "invalid_blocks",
        ),
    ],
)
async def test_what_slack_refuses_is_refused(
    slack: SandboxSlack, client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    slack.add_channel("#archived").is_archived = True
    slack.add_channel("#closed", bot_is_member=False)
    slack.add_channel("#secret", is_private=True, bot_is_member=False)
    assert (await refusal(client.api_call("chat.postMessage", json=arguments)))["error"] == error
    assert not slack.calls[-1].took_effect


async def test_wrong_missing_and_mixed_up_tokens_are_refused(slack: SandboxSlack) -> None:
    async with aiohttp.ClientSession() as session:

        async def error_with(token: str) -> str:
            client = AsyncWebClient(token=token, base_url=slack.url, session=session)
            return str((await refusal(client.auth_test()))["error"])

        assert await error_with("xoxb-wrong") == "invalid_auth"
        assert await error_with(slack.app_token) == "not_allowed_token_type"


async def test_a_missing_scope_names_what_is_needed(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.scopes = slack.scopes - {"users:read.email"}
    answer = await refusal(client.users_lookupByEmail(email="mika@sales.example"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read.email")
    assert "email" not in (await client.users_info(user="U0MIKA"))["user"]["profile"]


async def test_people_are_found_by_mail_and_reached_directly(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    found = await client.users_lookupByEmail(email="MIKA@sales.example")
    posted = await client.chat_postMessage(channel=found["user"]["id"], text="Hello")
    assert posted["channel"].startswith("D")
    assert slack.messages("U0MIKA")[0].text == "Hello"


async def test_only_one_person_sees_an_ephemeral_message(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    channel = slack.channel("#sales").id
    await client.chat_postEphemeral(channel=channel, user="U0MIKA", text="for you")
    assert [message.text for message in slack.ephemerals("U0MIKA")] == ["for you"]
    assert (await client.conversations_history(channel=channel))["messages"] == []


async def test_a_file_goes_up_and_comes_down_only_with_the_token(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    channel = slack.channel("#sales").id
    answer = await client.files_upload_v2(
        channel=channel, content=b"%PDF bytes", filename="offer.pdf", initial_comment="Here"
    )
    file = (await client.files_info(file=answer["file"]["id"]))["file"]
    assert (file["name"], file["size"], file["mimetype"]) == ("offer.pdf", 10, "application/pdf")
    async with aiohttp.ClientSession() as session:
        async with session.get(file["url_private"]) as response:
            assert response.status == 200
            assert "Sign in" in await response.text()
        token = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.get(file["url_private"], headers=token) as response:
            assert await response.read() == b"%PDF bytes"
    assert slack.messages("#sales")[0].files[0]["name"] == "offer.pdf"


async def test_a_permalink_names_channel_message_and_thread(client: AsyncWebClient) -> None:
    parent = await client.chat_postMessage(channel="#sales", text="a")
    channel = parent["channel"]
    reply = await client.chat_postMessage(channel=channel, text="b", thread_ts=parent["ts"])
    link = await client.chat_getPermalink(channel=channel, message_ts=reply["ts"])
    assert link["permalink"].endswith(
        f"/archives/{channel}/p{reply['ts'].replace('.', '')}"
        f"?thread_ts={parent['ts']}&cid={channel}"
    )


async def test_a_planned_429_names_its_wait_and_only_one_channel_is_held_up(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.faults.ratelimit("chat.postMessage", 7, channel="#sales", times=FOR_EVER)
    answer = await refusal(client.chat_postMessage(channel="#sales", text="a"))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    await client.chat_postMessage(channel="#general", text="a")
    slack.faults.clear()
    await client.chat_postMessage(channel="#sales", text="a")


async def test_a_lost_answer_leaves_the_message_posted(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="#sales", text="once")
    assert [message.text for message in slack.messages("#sales")] == ["once"]
    slack.faults.reset("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="#sales", text="never")
    assert len(slack.messages("#sales")) == 1
    assert [call.fault for call in slack.calls] == ["lose_answer", "reset"]


async def test_errors_hangs_and_nonsense_come_as_planned(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.faults.status("chat.postMessage", 503)
    assert (await refusal(client.chat_postMessage(channel="#sales", text="a"))).status_code == 503
    slack.faults.error("*", "token_revoked")
    assert (await refusal(client.auth_test()))["error"] == "token_revoked"
    slack.faults.malformed("chat.postMessage")
    with pytest.raises(Exception, match=r".+"):
        await client.chat_postMessage(channel="#sales", text="a")
    assert slack.messages("#sales") == []
    slack.faults.malformed_after("chat.postMessage")
    with pytest.raises(Exception, match=r".+"):
        await client.chat_postMessage(channel="#sales", text="cut")
    slack.faults.hang_after("chat.postMessage", 0.1)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="#sales", text="late")
    assert [message.text for message in slack.messages("#sales")] == ["cut", "late"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Tom &amp; Aya &lt;3 <https://a.example|link> <@U0MIKA>", []),
        ("Tom & Aya", ["unescaped"]),
        ("<script>", ["unescaped"]),
        ("<!channel> look", ["rings_everybody"]),
        ("a &amp;amp; b", ["escaped_twice"]),
        ("cut here &am…", ["unescaped", "cut_entity"]),
    ],
)
async def test_careless_markup_is_linted(
    slack: SandboxSlack, client: AsyncWebClient, text: str, codes: list[str]
) -> None:
    await client.chat_postMessage(channel="#sales", text=text)
    assert [warning.code for warning in slack.lint] == codes


async def test_dotted_metadata_is_dropped_without_a_word_but_linted(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(
        channel="#sales", text="a", metadata={"event_type": "a.b", "event_payload": {}}
    )
    assert slack.messages("#sales")[0].metadata is None
    assert [warning.code for warning in slack.lint] == ["metadata_event_type"]


async def test_pages_of_a_browser_are_turned_away(slack: SandboxSlack) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            async with session.post(slack.url + "auth.test", headers=headers) as response:
                assert response.status == 403


async def test_a_fourth_post_in_a_second_is_too_fast_for_its_channel_alone(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.faults.enforce_rate(PostingRate(per_second=0.001, burst=3))
    for number in range(3):
        await client.chat_postMessage(channel="#sales", text=str(number))
    answer = await refusal(client.chat_postMessage(channel="#sales", text="3"))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 900
    await client.chat_postMessage(channel="#general", text="0")
    slack.faults.enforce_rate(None)
    await client.chat_postMessage(channel="#sales", text="3")


async def test_channels_are_listed_joined_opened_and_their_members_named(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.add_channel("#closed", bot_is_member=False)
    slack.add_channel("#secret", is_private=True, bot_is_member=False)
    slack.add_channel("#old").is_archived = True
    kinds = "public_channel,private_channel,im"
    listed = await client.conversations_list(types=kinds, exclude_archived=True, limit=2)
    names = [channel["name"] for channel in listed["channels"]]
    cursor = listed["response_metadata"]["next_cursor"]
    rest = await client.conversations_list(types=kinds, exclude_archived=True, cursor=cursor)
    assert names + [channel["name"] for channel in rest["channels"]] == [
        *("sales", "general", "closed"),
    ]
    closed = slack.channel("#closed").id
    assert not (await client.conversations_info(channel=closed))["channel"]["is_member"]
    await client.conversations_join(channel=closed)
    assert (await client.conversations_info(channel=closed))["channel"]["is_member"]
    members = await client.conversations_members(channel=closed)
    assert set(members["members"]) == {"U0MIKA", "U0BOT"}
    direct = await client.conversations_open(users="U0MIKA")
    assert direct["channel"]["id"] == slack.channel("U0MIKA").id


async def test_history_can_be_as_short_as_for_apps_outside_the_marketplace(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.workspace.history_limit = 2
    for number in range(3):
        posted = await client.chat_postMessage(channel="#sales", text=str(number))
    page = await client.conversations_history(channel=posted["channel"], limit=100)
    assert [message["text"] for message in page["messages"]] == ["2", "1"]
    assert page["has_more"]


async def test_history_by_name_is_refused_as_in_slack(client: AsyncWebClient) -> None:
    answer = await refusal(client.conversations_history(channel="#sales"))
    assert answer["error"] == "channel_not_found"


async def test_a_reaction_is_given_once(slack: SandboxSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="#sales", text="a")
    where = {"channel": posted["channel"], "timestamp": posted["ts"]}
    await client.reactions_add(name="eyes", **where)
    again = await refusal(client.reactions_add(name="eyes", **where))
    assert again["error"] == "already_reacted"
    assert slack.messages("#sales")[0].reactions == {"eyes": ["U0BOT"]}
    await client.reactions_remove(name="eyes", **where)
    assert slack.messages("#sales")[0].reactions["eyes"] == []


async def test_an_error_after_the_effect_leaves_the_effect(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    slack.faults.status_after("chat.postMessage", 500)
    assert (await refusal(client.chat_postMessage(channel="#sales", text="a"))).status_code == 500
    assert [message.text for message in slack.messages("#sales")] == ["a"]


async def test_a_home_is_changed_only_by_whoever_knows_its_hash(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    home = {"type": "home", "blocks": [section("one")]}
    first = await client.views_publish(user_id="U0MIKA", view=home)
    second = await client.views_publish(user_id="U0MIKA", view=home, hash=first["view"]["hash"])
    stale = await refusal(
        client.views_publish(user_id="U0MIKA", view=home, hash=first["view"]["hash"])
    )
    assert stale["error"] == "hash_conflict"
    assert second["view"]["id"] == first["view"]["id"]
    too_long = {"type": "home", "blocks": [section("x")] * 101}
    answer = await refusal(client.views_publish(user_id="U0MIKA", view=too_long))
    assert answer["error"] == "invalid_arguments"
    unknown = await refusal(client.views_publish(user_id="U0NOBODY", view=home))
    assert unknown["error"] == "user_not_found"
