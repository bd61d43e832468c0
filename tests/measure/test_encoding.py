"""States as JSON, for the ledger."""

import json
import math

import numpy as np
import pytest

from holdfast.kernel.canonical import canonical
from holdfast.kernel.errors import LedgerError
from holdfast.measure.encoding import from_json, to_json
from holdfast.measure.states import ClusteredCounts, Counts, Groups, Moments, Range, ScoreBins


def written(state):
    return json.loads(canonical(to_json(state)))


def test_numbers_that_json_does_not_have_are_written_as_text():
    assert written(Range()) == {
        "state": "Range",
        "n": 0,
        "low": "Infinity",
        "high": "-Infinity",
        "nan": 0,
        "missing": 0,
    }
    assert math.isnan(from_json(written(Moments(mean=math.nan))).mean)


def test_counts_beyond_the_exact_integers_of_json_keep_their_value():
    assert from_json(written(ClusteredCounts(kk=2.0**60))).kk == 2.0**60


def test_a_grid_that_is_mostly_empty_is_short():
    n = np.zeros(1000)
    n[[3, 997]] = 2
    assert len(canonical(to_json(ScoreBins(n, n / 2, n)))) < 300


def test_equal_groups_are_written_alike_whatever_their_order():
    one = Groups(({("b",): Counts(1, 2), (None,): Counts(1, 3), ("a",): Counts(0, 1)},))
    other = Groups(({("a",): Counts(0, 1), ("b",): Counts(1, 2), (None,): Counts(1, 3)},))
    assert canonical(to_json(one)) == canonical(to_json(other))


def test_the_null_group_is_not_the_group_called_null():
    state = Groups(({(None,): Counts(1, 2), ("null",): Counts(3, 4)},))
    assert from_json(written(state)) == state


@pytest.mark.parametrize("value", [{"state": "Sketch"}, {}, [], None, {"state": 7}])
def test_a_state_of_a_later_version_is_refused(value):
    with pytest.raises(LedgerError) as caught:
        from_json(value)
    assert caught.value.problems[0].code == "HF402"


@pytest.mark.parametrize(
    "value",
    [
        {"state": "Counts", "k": 1},
        {"state": "Counts", "k": "many", "n": 1, "missing": 0},
        {"state": "Groups", "counts": [[{"group": ["a"], **to_json(Range())}]]},
        {"state": "Drifted", "reference": to_json(Counts()), "current": to_json(Counts())},
        {"state": "ScoreBins", "n": {"length": 2, "at": [5], "values": [1]}, "score": [], "label": []},
    ],
)
def test_fields_that_are_not_as_written_are_refused(value):
    with pytest.raises(LedgerError) as caught:
        from_json(value)
    assert caught.value.problems[0].code == "HF401"
