"""The outermost layer: what takes too long, what is cut off, what is logged."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from holdfast.app.http.around import Around, Failed


def ask(app: Any, path: str = "/x", longest: float = 60.0, body: bytes = b"") -> list[dict[str, Any]]:
    """Send one request through the layer; return the messages of the answer."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [(b"host", b"localhost")],
        "state": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    failed: Failed = lambda *_: answer  # noqa: E731 -- one line of a test
    layer = Around(app, lambda *_: None, failed, {"/large": 10}, longest=longest)
    asyncio.run(layer(scope, receive, send))
    return sent


async def answer(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"failed"})


def test_what_takes_too_long_is_answered_and_what_comes_late_is_dropped() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"late"})

    start, body = ask(slow, longest=0.001)
    assert start["status"] == 504
    assert json.loads(body["body"])["request"]


def test_an_answer_that_has_begun_is_not_cut_off() -> None:
    async def long(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.02)
        await send({"type": "http.response.body", "body": b"all of it"})

    start, body = ask(long, longest=0.001)
    assert (start["status"], body["body"]) == (200, b"all of it")


def test_a_failure_before_the_answer_is_answered() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    assert [message.get("body") for message in ask(broken)][-1] == b"failed"


def test_the_log_names_the_route_and_never_the_address(caplog: Any) -> None:
    from holdfast.app.logs import JsonLines

    caplog.set_level("INFO", logger="holdfast.http")
    ask(answer, "/people/ann@example.com")
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert lines[-1]["status"] == 500
    assert lines[-1]["actor"] == "anonymous"
    assert "ann@" not in json.dumps(lines)
