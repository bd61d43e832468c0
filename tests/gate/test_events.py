"""Facts that had another shape once are read as they are now."""

from __future__ import annotations

import pytest

from holdfast.app.bootstrap import event_types
from holdfast.gate.events import ReleaseDecided

FIRST = {
    "system": "s",
    "bundle": "b",
    "plan_digest": "p",
    "verdict": "pass",
    "gates": {"g": "pass"},
    "looks_known": True,
    "tool": "holdfast 0.1.0",
}


def test_a_release_from_before_there_were_overrides_rests_on_none():
    assert event_types().read("ReleaseDecided", 1, FIRST) == ReleaseDecided(**FIRST, overrides={})


def test_a_release_of_a_newer_shape_is_not_guessed_at():
    with pytest.raises(KeyError, match="newer version"):
        event_types().read("ReleaseDecided", ReleaseDecided.SCHEMA + 1, FIRST)
