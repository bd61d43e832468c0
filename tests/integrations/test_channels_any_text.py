"""Whatever people write, each system takes it: no text breaks what is documented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integrations.receivers.cases import CASES, SENDER, Case, message

from holdfast.respond.ports.channels import Link, Section

NASTY = st.sampled_from(
    [
        "",
        " ",
        "\n\n\n",
        "\ud800",
        "\ufffe\uffff",
        "\x00",
        "\x85\u2028",
        "]]>",
        "<!--",
        "&#x0;",
        "\U000e0041",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 700,
        "a\r\nb: c",
    ]
)
TEXT = st.one_of(NASTY, st.text(max_size=300), st.text(max_size=5).map(lambda text: text * 900))
MESSAGES = st.builds(
    lambda title, system, sections, words: message(
        title=title,
        system=system,
        sections=tuple(Section(heading, text) for heading, text in sections),
        links=(Link(words, "https://holdfast.corp.example/x"),),
    ),
    TEXT,
    TEXT,
    st.lists(st.tuples(TEXT, TEXT), max_size=5),
    TEXT,
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def made(request: pytest.FixtureRequest) -> Iterator[tuple[Case, Any]]:
    receiver = request.param.receiver()
    yield request.param, receiver
    receiver.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(told=MESSAGES, number=st.integers(0, 10**9))
def test_whatever_is_written_is_taken(made: tuple[Case, Any], told: Any, number: int) -> None:
    case, receiver = made
    case.channel(receiver, SENDER).send(told, f"key-{number}")
    assert receiver.broken == []
