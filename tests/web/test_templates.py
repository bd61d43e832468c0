"""Templates: everything is escaped, nothing unknown is passed over, figures are written alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import jinja2
import pytest

from holdfast.web.templates import coded, environment, measured, short_time, when


def render(source: str, **context: object) -> str:
    return environment("holdfast.gate").from_string(source).render(**context)


def test_text_is_escaped_everywhere() -> None:
    assert render("<p title='{{ x }}'>{{ x }}</p>", x="'\"<b>&") == (
        "<p title='&#39;&#34;&lt;b&gt;&amp;'>&#39;&#34;&lt;b&gt;&amp;</p>"
    )


def test_a_name_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="nobody"):
        render("{{ nobody }}")


def test_a_template_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        environment("holdfast.gate").get_template("nothing.html")


def test_figures_are_value_interval_n() -> None:
    assert measured(0.0042, (0.0031, 0.0056), 41207) == "0.42 % [0.31, 0.56] of 41,207"
    assert measured(0.0042, None, 41207) == "0.42 % of 41,207"
    assert measured(None, (0.0, 1.0), 0) == "–"
    assert (
        render("{{ 0.95 | share }} {{ 0.0042 | figure }} {{ 7 | plural('gate') }}") == "95 % 0.42 % 7 gates"
    )


def test_times_are_told_in_utc() -> None:
    there = timezone(timedelta(hours=9))
    assert short_time(datetime(2026, 1, 1, 8, 30, tzinfo=there)) == "31 Dec 2025, 23:30 UTC"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        when(datetime(2026, 1, 1))  # noqa: DTZ001 -- the point of the test


def test_the_exact_time_is_on_hover() -> None:
    assert 'title="2026-11-21T09:05:07.000000Z"' in when(datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC))


def test_code_needs_two_backticks_on_one_line() -> None:
    assert coded("a `b` c") == "a <code>b</code> c"
    assert coded("a ` b") == "a ` b"
    assert coded("a `\n` b") == "a `\n` b"
