"""`holdfast measure --every`: each window's figure, the alarm of a detector, and what cannot be asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.app.cli import run

START = datetime(2026, 11, 14)  # noqa: DTZ001 -- records carry naive UTC
PLAN = """holdfast: 1
system: {id: assistant, name: Assistant}
data:
  live: {parquet: live.parquet, time: at}
  timeless: {parquet: live.parquet}
metrics:
  injected: {kind: rate, hit: injected}
  by-language: {kind: rate, hit: injected, by: [language]}
  gap: {kind: disparity, of: {kind: rate, hit: injected}, over: [language]}
  ratio: {kind: disparity, of: {kind: rate, hit: injected}, over: [language], as: ratio}
  wait: {kind: mean, column: seconds, between: [0, 10]}
  unbounded: {kind: mean, column: seconds}
  slowest: {kind: quantile, column: seconds, q: 0.95}
  drift: {kind: drift, column: seconds, reference: timeless}
indicators:
  - id: surge
    watch: {metric: by-language, data: live, window: 1h, above: 2%, false_alarms: 1 per 90d}
    act: []
    why: four times the usual
    first_move: read the newest ten
"""
HOURS, AN_HOUR = 48, 200


def records(shift_at: int | None, rate: float = 0.1) -> dict[str, Any]:
    """Return two days of 200 records an hour, one in 200 a hit; from an hour on more of them in German."""
    at, language, hits, seconds = [], [], [], []
    for hour in range(HOURS):
        for place in range(AN_HOUR):
            at.append(START + timedelta(hours=hour, seconds=place * 18))
            german = place % 2 == 1
            language.append("de" if german else "en")
            many = rate if shift_at is not None and hour >= shift_at and german else 0.0
            hits.append(place == 0 or (german and place // 2 < many * AN_HOUR / 2))
            seconds.append((place % 100) / 25)
    return {"at": at, "language": language, "injected": hits, "seconds": seconds}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    pq.write_table(pa.table(records(shift_at=30)), tmp_path / "live.parquet")
    return tmp_path


def told(folder: Path, capsys: Any, *options: str) -> dict[str, Any]:
    assert run(["measure", *options, "--plan", str(folder), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def said(folder: Path, capsys: Any, *options: str) -> str:
    assert run(["measure", *options, "--plan", str(folder)]) == 0
    return str(capsys.readouterr().out)


def refused(folder: Path, capsys: Any, *options: str) -> str:
    assert run(["measure", *options, "--plan", str(folder)]) == 3
    return str(capsys.readouterr().err)


def test_every_window_has_its_own_figure_and_interval(folder: Path, capsys: Any) -> None:
    (line,) = told(folder, capsys, "injected", "--data", "live", "--every", "1h")["lines"]
    assert len(line["windows"]) == HOURS
    first = line["windows"][0]
    assert (first["from"], first["n"], first["k"]) == ("2026-11-14T00:00:00.000000Z", AN_HOUR, 1)
    assert first["interval"][0] < first["value"] < first["interval"][1]
    assert (line["n"], line["windows"][-1]["k"]) == (HOURS * AN_HOUR, 11)


def test_what_the_plan_s_indicator_says_is_taken(folder: Path, capsys: Any) -> None:
    found = told(folder, capsys, "by-language", "--data", "live", "--every", "1h")
    assert (found["indicator"], found["level"], found["side"]) == ("surge", 0.02, "above")
    assert found["budget"] == "1 false alarm per 90 d"
    alarms = {line["slice"]["language"]: line["alarm"] for line in found["lines"]}
    assert alarms["en"] is None
    assert "2026-11-15T06" < alarms["de"] <= "2026-11-15T10"
    assert found["headline"].startswith("ALARM: by-language above 2.00 % in language = de at 2026-11-15 ")


def test_the_onset_is_located_in_what_was_seen_up_to_the_alarm(folder: Path, capsys: Any) -> None:
    found = told(folder, capsys, "by-language", "--data", "live", "--every", "1h")
    (line,) = (each for each in found["lines"] if each["slice"]["language"] == "de")
    began = line["onset"]
    assert began["best"] == "2026-11-15T06:00:00.000000Z"
    assert began["earliest"] <= began["best"] < began["latest"] <= line["alarm"]
    assert (began["before"], began["after"]) == (0.0, pytest.approx(0.09, abs=0.02))
    shown = " ".join(said(folder, capsys, "by-language", "--data", "live", "--every", "1h").split())
    assert "It began in the window of 2026-11-15 06:00 UTC, 99 % sure between " in shown


def test_nothing_alarmed_has_no_onset(folder: Path, capsys: Any) -> None:
    found = told(folder, capsys, "by-language", "--data", "live", "--every", "1h", "--until", "2026-11-15")
    assert [line["onset"] for line in found["lines"]] == [None, None]


def test_the_window_of_the_indicator_is_taken_where_none_is_said(folder: Path, capsys: Any) -> None:
    found = told(folder, capsys, "by-language", "--data", "live", "--since", "2026-11-15")
    assert found["every_seconds"] == 3600
    assert [len(line["windows"]) for line in found["lines"]] == [24, 24]


def test_without_a_shift_it_stays_quiet(folder: Path, capsys: Any) -> None:
    pq.write_table(pa.table(records(shift_at=None)), folder / "live.parquet")
    found = told(folder, capsys, "by-language", "--data", "live", "--every", "1h")
    assert found["headline"] == "quiet: no evidence that by-language is above 2.00 %"
    assert all(line["alarm"] is None and line["strongest"] < 1 for line in found["lines"])


def test_the_band_holds_at_every_look_and_narrows(folder: Path, capsys: Any) -> None:
    (line,) = told(folder, capsys, "injected", "--data", "live", "--every", "6h")["lines"]
    bands = [window["so_far"] for window in line["windows"]]
    widths = [high - low for low, high in bands[:4]]
    assert widths == sorted(widths, reverse=True)
    assert all(low <= 0.005 <= high for low, high in bands[:4])


def test_a_window_without_a_record_is_there_and_is_no_zero(folder: Path, capsys: Any) -> None:
    kept = {
        name: [value for value, at in zip(values, records(None)["at"], strict=True) if at.hour != 3]
        for name, values in records(None).items()
    }
    pq.write_table(pa.table(kept), folder / "live.parquet")
    (line,) = told(folder, capsys, "injected", "--data", "live", "--every", "1h")["lines"]
    window = line["windows"][3]
    assert (window["value"], window["interval"], window["n"]) == (None, None, 0)
    assert window["so_far"] == line["windows"][2]["so_far"]


def test_records_without_a_time_are_told(folder: Path, capsys: Any) -> None:
    made = records(None)
    made["at"][0] = None
    pq.write_table(pa.table(made), folder / "live.parquet")
    found = told(folder, capsys, "injected", "--data", "live", "--every", "1h")
    assert "1 record without a time: in no window" in found["notes"]


@pytest.mark.parametrize(
    ("metric", "options"),
    [
        ("gap", ("--above", "5%")),
        ("ratio", ("--below", "80%")),
        ("wait", ("--above", "3")),
        ("drift", ("--above", "0.1")),
        ("injected", ("--below", "0.1%")),
    ],
)
def test_gaps_bounded_means_and_drift_are_watched_too(
    folder: Path, capsys: Any, metric: str, options: Any
) -> None:
    asked = (metric, "--data", "live", "--every", "1h", *options, "--false-alarms", "1 per 90d")
    (line,) = told(folder, capsys, *asked)["lines"]
    assert all(window["evidence"] is not None for window in line["windows"])


def test_a_gap_that_opens_is_found(folder: Path, capsys: Any) -> None:
    asked = ("gap", "--data", "live", "--every", "1h", "--above", "3%", "--false-alarms", "1 per 90d")
    (line,) = told(folder, capsys, *asked)["lines"]
    assert line["alarm"] > "2026-11-15T06"


@pytest.mark.parametrize("metric", ["slowest", "drift", "unbounded"])
def test_what_has_no_detector_is_shown_over_time(folder: Path, capsys: Any, metric: str) -> None:
    (line,) = told(folder, capsys, metric, "--data", "live", "--every", "1d")["lines"]
    assert [window["value"] is not None for window in line["windows"]] == [True, True]


def test_a_bare_level_counts_the_windows_beyond_it(folder: Path, capsys: Any) -> None:
    found = told(folder, capsys, "injected", "--data", "live", "--every", "1h", "--above", "2%")
    assert found["headline"] == "18 windows of 48 above 2.00 %, each looked at alone"
    assert found["budget"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("slowest", "--every", "1h", "--above", "5", "--false-alarms", "1 per 90d"), "no detector watches"),
        (("unbounded", "--every", "1h", "--above", "5", "--false-alarms", "1 per 90d"), "between: [0, 1]"),
        (("wait", "--every", "1h", "--above", "12", "--false-alarms", "1 per 90d"), "never beyond 12"),
        (("gap", "--every", "1h", "--below", "5%", "--false-alarms", "1 per 90d"), "not on this side"),
        (("injected", "--every", "1h", "--above", "0", "--false-alarms", "1 per 90d"), "no level of 0"),
        (("gap", "--every", "1h", "--above", "5", "--false-alarms", "1 per 90d"), "above 5%"),
        (("drift", "--every", "1h", "--above", "-1", "--false-alarms", "1 per 90d"), "above 0.1"),
        (("drift", "--every", "1h", "--below", "0.1", "--false-alarms", "1 per 90d"), "not on this side"),
        (("injected", "--every", "1h", "--false-alarms", "1 per 90d"), "no level is said"),
        (("injected", "--every", "1h", "--above", "1%", "--below", "5%"), "exclude each other"),
        (("injected", "--every", "10"), "one of 10s, 10m"),
        (("injected", "--every", "90s"), "whole minutes"),
        (("injected", "--above", "1%"), "say how long a window is"),
        (("injected", "--every", "1h", "--above", "a lot"), "--above"),
        (("injected", "--every", "1h", "--above", "1%", "--false-alarms", "never"), "1 per 90d"),
        (("injected", "--every", "1h", "--since", "tomorrow"), "no time"),
        (("injected", "--every", "1h", "--picture", "a.gif"), "ends in .html"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(
    folder: Path, capsys: Any, options: tuple[str, ...], words: str
) -> None:
    error = refused(folder, capsys, *options, "--data", "live")
    assert error.startswith("error[HF501]: ")
    assert words in error


def test_a_source_without_a_time_is_refused(folder: Path, capsys: Any) -> None:
    assert "HF311" in refused(folder, capsys, "injected", "--data", "timeless", "--every", "1h")


def test_more_windows_than_anybody_looks_at_are_refused(folder: Path, capsys: Any) -> None:
    made = records(None)
    made["at"][0] = datetime(1996, 11, 14)  # noqa: DTZ001 -- as above
    pq.write_table(pa.table(made), folder / "live.parquet")
    error = refused(folder, capsys, "injected", "--data", "live", "--every", "1m")
    assert "windows of 60 seconds" in error
    assert "--since" in error


def test_the_terminal_shows_the_windows_around_the_alarm(folder: Path, capsys: Any) -> None:
    shown = said(folder, capsys, "by-language", "--data", "live", "--every", "1h")
    assert shown.startswith("ALARM: ")
    assert shown.count("<- alarm") == 1
    assert "more windows: --json lists all" in shown
    assert max(len(line) for line in shown.splitlines()) <= 100


def test_no_record_says_so(folder: Path, capsys: Any) -> None:
    assert said(
        folder, capsys, "injected", "--data", "live", "--every", "1h", "--since", "2027-01-01"
    ).startswith("no record in this time")


def test_a_moment_with_a_zone_is_brought_to_utc(folder: Path, capsys: Any) -> None:
    asked = ("injected", "--data", "live", "--every", "1h", "--since", "2026-11-15T01:00+01:00")
    (line,) = told(folder, capsys, *asked)["lines"]
    assert line["windows"][0]["from"] == "2026-11-15T00:00:00.000000Z"


def test_it_is_drawn_with_the_alarm_and_the_level(folder: Path, capsys: Any) -> None:
    pytest.importorskip("altair", reason="pictures need the group `charts`: uv sync --group charts")
    said(
        folder,
        capsys,
        "by-language",
        "--data",
        "live",
        "--every",
        "1h",
        "--picture",
        str(folder / "surge.json"),
    )
    spec = json.loads((folder / "surge.json").read_text())
    rows = [row for rows in spec["datasets"].values() for row in rows]
    texts = {row["words"] for row in rows if "words" in row}
    assert {"above 2.00 % is bad", "alarm: 1 false alarm per 90 d"} <= texts
    assert any(text.startswith("alarm 2026-11-15") for text in texts)


def test_the_detector_sees_only_what_is_in_each_window(folder: Path, capsys: Any) -> None:
    """Minutes and hours of the same records lead to the same alarm, but for the time within the hour."""
    found = [
        told(folder, capsys, "by-language", "--data", "live", "--every", every)["lines"][0]["alarm"]
        for every in ("10m", "1h")
    ]
    apart = np.diff([datetime.fromisoformat(alarm).timestamp() for alarm in found])
    assert abs(float(apart[0])) <= 2 * 3600
