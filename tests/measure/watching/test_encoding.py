"""Stored and read back, a watch goes on as if it had never stopped; what is damaged or foreign is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from holdfast.kernel.canonical import canonical
from holdfast.kernel.errors import LedgerError
from holdfast.measure.states import Bins, Categories, ClusteredCounts, Counts, Drifted, Groups, Moments
from holdfast.measure.watching.drift import DriftWatch
from holdfast.measure.watching.encoding import (
    OtherWatch,
    from_json,
    slices_from_json,
    slices_to_json,
    to_json,
)
from holdfast.measure.watching.gaps import GapWatch
from holdfast.measure.watching.means import Bounds, MeanWatch
from holdfast.measure.watching.rates import RateWatch
from holdfast.measure.watching.slices import advance_slices, begun_slices
from holdfast.measure.watching.watches import advance, begun

BUDGET = 90 * 86_400.0
RATE = RateWatch(1 / 3, "above", BUDGET, 7)


def counted(random, most=30):
    n = int(random.integers(0, most))
    return Counts(int(random.binomial(n, 0.4)), n)


def clustered(random):
    sizes = random.integers(1, 6, 20).astype(float)
    k = random.binomial(sizes.astype(int), 0.4).astype(float)
    return ClusteredCounts(k.sum(), sizes.sum(), 20, (k * k).sum(), (sizes * sizes).sum(), (k * sizes).sum())


def valued(random):
    values = random.beta(2, 3, int(random.integers(1, 20)))
    return Moments(
        len(values), values.mean(), ((values - values.mean()) ** 2).sum(), values.min(), values.max()
    )


def grouped(random):
    names = random.choice(["a", "b", "c", None], int(random.integers(0, 5)))
    return Groups(({(name,): counted(random) for name in names},))


def binned(random):
    counts = random.multinomial(int(random.integers(0, 40)), np.full(5, 0.2)).astype(float)
    return Bins(EDGES, counts[:4], counts[:4] * 0.1, 0.0, counts[4])


EDGES = np.array([0.1, 0.2, 1 / 3])
REFERENCE = Bins(EDGES, np.array([100.0, 200, 300, 400]), np.ones(4), 1, 2)
LABELS = Categories({"a": 600.0, "b": 300.0}, other=9)


def drifted(random):
    current = Categories({name: float(random.integers(1, 9)) for name in random.choice(list("abc"), 2)})
    return Drifted(LABELS, current)


WATCHES = {
    "a rate": (RATE, counted),
    "a rate that may not fall": (RateWatch(0.9, "below", BUDGET), counted),
    "a clustered rate": (RATE, clustered),
    "a mean": (MeanWatch(1 / 3, "above", Bounds(-1, 1), BUDGET), valued),
    "a gap": (GapWatch(0.1, BUDGET), grouped),
    "a drift of numbers": (DriftWatch(0.1, BUDGET, reference=REFERENCE), binned),
    "a drift whose batches bring the reference": (DriftWatch(0.0, BUDGET, test="js"), drifted),
    "a ratio of groups": (GapWatch(0.8, BUDGET, form="ratio"), grouped),
}


def through_a_file(watch, watched):
    """Return what is read of what a ledger keeps."""
    return from_json(watch, json.loads(canonical(to_json(watch, watched))))


@pytest.mark.parametrize("named", WATCHES)
def test_running_straight_is_running_with_a_restart_between_any_two_batches(named):
    watch, batch = WATCHES[named]
    straight = stopped = begun(watch)
    ones, others = np.random.default_rng(5), np.random.default_rng(5)
    for step in range(30):
        straight = advance(watch, straight, batch(ones), 60.1 * step)
        stopped = advance(watch, through_a_file(watch, stopped), batch(others), 60.1 * step)
        assert canonical(to_json(watch, stopped)) == canonical(to_json(watch, straight))
        assert stopped.evidence == straight.evidence


def test_an_alarm_is_kept_with_its_moment():
    watched = begun(RATE)
    while not watched.alarmed:
        watched = advance(RATE, watched, Counts(9, 9), 60)
    watched = advance(RATE, watched, None, 60)
    read = through_a_file(RATE, watched)
    assert (read.alarm, read.strongest, read.seconds) == (watched.alarm, watched.strongest, watched.seconds)


def test_slices_are_kept_in_the_order_of_their_parts():
    at = begun_slices(RATE, [("b",), (None,)])
    at = advance_slices(RATE, at, {("z",): Counts(5, 9)}, 60)
    at = advance_slices(RATE, at, {("a",): Counts(5, 9)}, 60)
    read = slices_from_json(RATE, json.loads(canonical(slices_to_json(RATE, at))))
    assert (list(read.slices), read.known) == ([("b",), (None,), ("z",), ("a",)], 2)
    assert [each.evidence for each in read.slices.values()] == [each.evidence for each in at.slices.values()]


@pytest.mark.parametrize(
    "change",
    [{"level": 0.5}, {"side": "below"}, {"budget": 1.0}, {"slices": 8}],
)
def test_the_state_of_a_watch_that_was_changed_is_refused(change):
    written = to_json(RATE, begun(RATE))
    with pytest.raises(OtherWatch, match=f"{next(iter(change))} was .* begin anew"):
        from_json(replace(RATE, **change), written)
    with pytest.raises(OtherWatch):
        slices_from_json(replace(RATE, **change), slices_to_json(RATE, begun_slices(RATE)))


def test_the_state_of_another_kind_of_watch_is_refused():
    with pytest.raises(OtherWatch, match="kind was GapWatch and is RateWatch"):
        from_json(RATE, to_json(WATCHES["a gap"][0], begun(WATCHES["a gap"][0])))


def test_a_state_of_a_later_version_is_refused():
    with pytest.raises(LedgerError, match="version 2, and this one reads version 1"):
        from_json(RATE, {**to_json(RATE, begun(RATE)), "version": 2})


def damages(value, path=()):
    """Yield the paths to everything in a written state, but for the watch and the version."""
    entries = enumerate(value) if isinstance(value, list) else getattr(value, "items", tuple)()
    for key, inner in entries:
        if path or key not in ("watch", "version"):
            yield (*path, key)
            yield from damages(inner, (*path, key))


@pytest.mark.parametrize("named", WATCHES)
@pytest.mark.parametrize("damage", ["NaN", "Infinity", -1, None, [], {}, "gone"])
def test_a_damaged_state_is_read_as_a_state_or_refused_never_anything_else(named, damage):
    watch, batch = WATCHES[named]
    random, watched = np.random.default_rng(1), begun(watch)
    for _ in range(3):
        watched = advance(watch, watched, batch(random), 60)
    written = json.loads(canonical(to_json(watch, watched)))
    refused = 0
    for *path, last in damages(written):
        torn = deepcopy(written)
        inner = torn
        for key in path:
            inner = inner[key]
        if damage == "gone":
            del inner[last]
        else:
            inner[last] = damage
        with suppress(LedgerError):
            assert not np.isnan(from_json(watch, torn).evidence)
            continue
        refused += 1
    assert refused


@pytest.mark.parametrize("value", [None, [], {}, 3, "state", {"version": None}])
def test_what_is_no_state_is_refused(value):
    for read in (from_json, slices_from_json):
        with pytest.raises(LedgerError, match="it is no state of a watch"):
            read(RATE, value)


def test_slices_that_stand_twice_are_refused():
    written = slices_to_json(RATE, begun_slices(RATE, [("a",)]))
    with pytest.raises(LedgerError, match="twice"):
        slices_from_json(RATE, {**written, "slices": written["slices"] * 2})
