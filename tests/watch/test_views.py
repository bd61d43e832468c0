"""What is told of kept states: empty, ordinary, large and hostile, never wider than the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from holdfast.telemetry.rollups.compacting import Compacted
from holdfast.telemetry.rollups.lags import AGES, Freshness, LabelLag, Waiting
from holdfast.telemetry.rollups.model import Updated
from holdfast.watch.model.watched import LeftOut
from holdfast.watch.views.kept import Kept, Series, SourceKept
from holdfast.watch.views.promise import compacted_json, kept_json, update_json
from holdfast.watch.views.terminal import lag_lines, show_compacted, show_kept, show_update
from holdfast.watch.views.told import Told

NOW = datetime(2026, 11, 21, tzinfo=UTC)
AT = int(NOW.timestamp())
SERIES = Series(("toxicity",), "Counts", ("language",), 4, 91_102, 1_200_000, over=False)
FRESH = Freshness(92_000, 3, AT - 86_400, AT - 1200, timedelta(minutes=20))
WAITING = tuple(Waiting(up_to, 100, 10) for up_to in (*AGES, None))
LAG = LabelLag(900, 100, 2, ((0.5, 4770.6), (0.9, 15_839.7), (0.99, None)), WAITING)
SOURCE = SourceKept("live", True, 46, 5, (SERIES,), FRESH, LAG)
KEPT = Kept("assistant", ".holdfast/rollups/assistant.db", 7_100_000, AT - 86_400, AT - 10**6, (SOURCE,), NOW)
UPDATED = Updated(
    "live", ("a",), ("b",), ("c",), frozenset({60}), frozenset({120, 180}), frozenset({240}), 12, 3, 1, 2,
    ("toxicity",), ("toxicity",),
)  # fmt: skip
TOLD = Told(
    "assistant", "kept.db", 900, (UPDATED,), (LeftOut("m", "d", "it says no time"),), "kept.db.before"
)


def shown(show, told, width=100):
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    show(told, console)
    text = console.file.getvalue()
    assert all(len(line) <= width for line in text.splitlines())
    return text


def test_an_update_says_everything_that_happened():
    text = " ".join(shown(show_update, TOLD).split())
    for said in (
        "1 part added, 1 part rewritten, 1 part vanished, 12 records (3 late)",
        "1 window new, 2 windows restated, 1 window gone",
        "1970-01-01 00:02 to 00:03", "1 record without a time", "2 records from the future",
        "measured from now on: toxicity", "asked for no more", "m on d: it says no time", "kept.db.before",
    ):  # fmt: skip
        assert said in text


def test_a_stretch_over_midnight_names_both_days():
    over = replace(UPDATED, windows_restated=frozenset({86_340, 86_400}))
    assert "1970-01-01 23:59 to 1970-01-02 00:00" in shown(show_update, replace(TOLD, sources=(over,)))


def test_what_is_kept_says_how_fresh_and_how_late():
    text = " ".join(shown(show_kept, KEPT).split())
    for said in (
        "92,000 records in 46 parts", "20 min old", "3 records from the future", "5 records without a time",
        "50% within 1.3 h, 90% within 4.4 h; 10.0 % still without one", "2 labels from before the record",
        "by the hour before", "1.2 MB",
    ):  # fmt: skip
        assert said in text


def test_labels_that_never_came_are_said():
    none = LabelLag(0, 7, 0, ((0.5, None),), (Waiting(timedelta(hours=1), 7, 7),))
    assert lag_lines(none)[0] == "labels: none yet; 100 % still without one"
    assert lag_lines(LabelLag(0, 0, 0, (), ())) == ["labels: none yet"]


@pytest.mark.parametrize("width", [100, 60, 40])
def test_much_and_hostile_text_stays_within_the_terminal(width):
    name = "\x1b[31mred\x1b[0m" + "ü日本" * 40
    series = replace(SERIES, metrics=(name,) * 3, by=(name, name))
    kept = replace(KEPT, sources=(replace(SOURCE, name=name, series=(series,) * 200, current=False),) * 3)
    assert "\x1b" not in shown(show_kept, kept, width)
    many = replace(
        UPDATED, source=name, added=(name,) * 500, vanished=(name,) * 500,
        windows_restated=frozenset(range(0, 10**6, 180)),
    )  # fmt: skip
    text = shown(show_update, replace(TOLD, sources=(many,), left_out=(LeftOut(name, name, name),)), width)
    assert "\x1b" not in text
    assert "495 more" in text


def test_nothing_kept_says_what_to_do():
    assert "`holdfast rollup update`" in shown(show_kept, replace(KEPT, sources=()))


def test_the_promises_are_json():
    assert update_json(TOLD)["sources"][0]["windows"] == {"new": [60], "restated": [120, 180], "gone": [240]}
    assert kept_json(KEPT)["sources"][0]["labels"]["waiting"][-1] == {
        "up_to": None, "records": 100, "unlabelled": 10,
    }  # fmt: skip
    compacted = Compacted(2, 1, 900, 800, AT, AT, ("toxicity",))
    assert compacted_json(compacted)["dropped"] == ["toxicity"]
    assert "2 cells are 1 now" in shown(show_compacted, compacted)
