"""The optional language model proposes in the middle band and can do no harm."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.understanding import Band, Understanding, load_engine
from domain.understanding.result import ScoredIntent

pytest.importorskip("pydantic_ai", reason="needs the extra llm: pip install madoguchi[llm]")

from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel

from bot.second_opinion import SecondOpinion, over_http

TEXT = "hmm, three of those KX-77 maybe"


def unsure(text: str = TEXT) -> Understanding:
    found = load_engine().understand(text)
    return replace(found, intents=(ScoredIntent("product_info", 0.5),), band=Band.ASK, entities={})


def saying(**proposal: Any) -> SecondOpinion:
    return SecondOpinion(TestModel(custom_output_args=proposal))


async def test_the_model_proposes_and_the_counter_still_asks() -> None:
    found = await saying(intents=["purchase"], entities={"model_number": ["KX-77"]}).ask(
        TEXT, unsure()
    )
    assert found.primary == "purchase"
    assert found.band is Band.ASK
    assert found.values("model_number") == ("KX-77",)


async def test_values_that_are_not_in_the_message_are_dropped() -> None:
    said = {"model_number": ["ZZ-99"], "email": ["boss@evil.example"], "quantity": ["7"]}
    found = await saying(intents=["purchase"], entities=said).ask(TEXT, unsure())
    assert dict(found.entities) == {}


async def test_a_sure_answer_is_not_put_to_the_model() -> None:
    first = replace(unsure(), band=Band.ACT)
    assert await saying(intents=["cancel"], entities={}).ask(TEXT, first) is first


async def test_a_fault_leaves_the_engine_s_answer() -> None:
    def fail(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        raise RuntimeError("provider down")

    first = unsure()
    assert await SecondOpinion(FunctionModel(fail)).ask(TEXT, first) is first


async def test_a_late_model_leaves_the_engine_s_answer() -> None:
    async def late(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        await asyncio.sleep(30)
        raise AssertionError("was not cut short")

    first = unsure()
    assert await SecondOpinion(FunctionModel(late), patience=0.05).ask(TEXT, first) is first


async def test_a_name_outside_the_interface_is_refused() -> None:
    first = unsure()
    assert await saying(intents=["delete_everything"], entities={}).ask(TEXT, first) is first


async def test_it_speaks_to_a_service_over_http() -> None:
    async def complete(request: web.Request) -> web.Response:
        asked = await request.json()
        tool = asked["tools"][0]["function"]["name"]
        said = json.dumps({"intents": ["purchase"], "entities": {"model_number": ["KX-77"]}})
        call = {"id": "c1", "type": "function", "function": {"name": tool, "arguments": said}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
        return web.json_response(
            {
                "id": "x",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
        )

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    async with TestServer(app) as server:
        opinion = over_http("m", str(server.make_url("/v1")), "unused", patience=20)
        assert (await opinion.ask(TEXT, unsure())).primary == "purchase"
        await opinion.close()
