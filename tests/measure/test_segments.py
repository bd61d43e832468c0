"""Segments against the rest: what is compared, what is kept, what is told."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.measure.differences import difference_bounds, ratio_bounds
from holdfast.measure.pooled_means import mean_bounds
from holdfast.measure.segments import find_segments
from holdfast.measure.states import ClusteredCounts, Counts, Moments


def test_a_segment_is_compared_with_all_other_records_at_the_corrected_level():
    slices = {("a",): Counts(90, 1000), ("b",): Counts(40, 1000), ("c",): Counts(40, 2000)}
    found = find_segments({("x",): slices}, confidence=0.9)
    first = found.found[0]
    assert (first.where, first.n, first.others) == ((("x", "a"),), 1000, 3000)
    low, high = difference_bounds(90, 1000, 80, 3000, 0.05 / 3, skewness=True)
    assert first.interval == (float(low), float(high))
    low, high = ratio_bounds(90, 1000, 80, 3000, 0.05 / 3, skewness=True)
    assert first.ratio_interval == (float(low), float(high))
    assert first.difference == 0.09 - 80 / 3000
    assert first.beyond == first.interval[0]


def test_two_values_are_one_comparison_told_of_the_smaller_one():
    found = find_segments({("x",): {("a",): Counts(90, 1000), ("b",): Counts(30, 3000)}})
    assert found.looked == 1
    assert [each.where for each in found.found] == [(("x", "a"),)]


def test_a_segment_that_is_too_small_or_leaves_too_small_a_rest_is_counted_and_not_compared():
    slices = {("a",): Counts(20, 29), ("b",): Counts(1, 1000), ("c",): Counts(1, 1000)}
    found = find_segments({("x",): slices})
    assert (found.looked, found.small) == (2, 1)
    alone = find_segments({("x",): {("a",): Counts(1, 1000), (None,): Counts(1, 5)}})
    assert (alone.looked, alone.small, alone.found) == (0, 2, ())


def test_null_is_a_value():
    slices = {(None,): Counts(300, 1000), ("b",): Counts(100, 1000), ("c",): Counts(100, 1000)}
    assert find_segments({("x",): slices}).found[0].where == (("x", None),)


def test_where_nothing_differs_the_nearest_is_told():
    slices = {("a",): Counts(12, 1000), ("b",): Counts(10, 1000), ("c",): Counts(9, 1000)}
    found = find_segments({("x",): slices})
    assert (found.differ, found.found) == (0, ())
    assert found.nearest.where == (("x", "a"),)
    assert found.nearest.interval[0] < 0 < found.nearest.interval[1]


@pytest.mark.parametrize("groupings", [{}, {("x",): {}}, {("x",): {("a",): Counts(1, 100)}}])
def test_nothing_to_compare_is_nothing_found(groupings):
    found = find_segments(groupings)
    assert (found.looked, found.found, found.nearest) == (0, (), None)


def crossed(cells):
    """Return the groupings of {(x, y): counts}."""

    def by(place):
        slices = {}
        for key, state in cells.items():
            slices[(key[place],)] = slices.get((key[place],), Counts()).merge(state)
        return slices

    return {("x",): by(0), ("y",): by(1), ("x", "y"): cells}


def test_a_pair_that_adds_nothing_to_its_parts_is_left_out():
    cells = {(x, y): Counts(100 if x == "a" else 20, 1000) for x in ("a", "b", "c") for y in ("p", "q", "r")}
    found = find_segments(crossed(cells))
    assert [each.where for each in found.found] == [(("x", "a"),)]
    assert found.differ > 1


def test_a_pair_that_makes_its_parts_differ_is_told_alone():
    cells = {
        (x, y): Counts(200 if (x, y) == ("a", "p") else 20, 1000)
        for x in ("a", "b", "c") for y in ("p", "q", "r")
    }  # fmt: skip
    assert [each.where for each in find_segments(crossed(cells)).found] == [(("x", "a"), ("y", "p"))]


def test_a_part_that_differs_by_itself_too_stays_beside_its_pair():
    cells = {
        (x, y): Counts({("a", "p"): 400, ("a", "q"): 120}.get((x, y), 20), 2000)
        for x in ("a", "b", "c") for y in ("p", "q")
    }  # fmt: skip
    found = [each.where for each in find_segments(crossed(cells)).found]
    assert (("x", "a"), ("y", "p")) in found
    assert (("x", "a"),) in found


def test_the_other_side_of_a_difference_is_no_finding():
    slices = {(name,): Counts(300 if name == "a" else 20, 2000) for name in "abcd"}
    found = find_segments({("x",): slices})
    assert found.differ == 4
    assert [each.where for each in found.found] == [(("x", "a"),)]


def test_clusters_within_segments_widen_the_interval():
    independent = {("a",): Counts(60, 1000), ("b",): Counts(20, 1000), ("c",): Counts(20, 1000)}
    # ten records a cluster, wholly hit or not at all
    clustered = {
        key: ClusteredCounts(each.k, each.n, each.n / 10, each.k * 10, each.n * 10, each.k * 10)
        for key, each in independent.items()
    }
    (whole,) = [ClusteredCounts(100, 3000, 300, 1000, 30_000, 1000)]
    loose = find_segments({("x",): independent}).found[0]
    tight = find_segments({(): {(): whole}, ("x",): clustered})
    segment = tight.found[0] if tight.found else tight.nearest
    assert segment.interval[1] - segment.interval[0] > 2 * (loose.interval[1] - loose.interval[0])


def test_clusters_that_are_spread_over_segments_make_the_rest_worth_less():
    slices = {(name,): ClusteredCounts(20, 1000, 1000, 20, 1000, 20) for name in "abc"}
    nested = find_segments({(): {(): ClusteredCounts(60, 3000, 3000, 60, 3000, 60)}, ("x",): slices})
    spread = find_segments({(): {(): ClusteredCounts(60, 3000, 100, 1800, 90_000, 1800)}, ("x",): slices})
    widths = [found.nearest.interval[1] - found.nearest.interval[0] for found in (nested, spread)]
    assert widths[1] > 1.5 * widths[0]


def test_means_are_compared_by_the_wider_of_two_bounds():
    slices = {("a",): Moments(400, 8.0, 1600.0, 2, 14), ("b",): Moments(800, 5.0, 3200.0, -1, 11)}
    found = find_segments({("x",): slices}).found[0]
    assert found.interval == mean_bounds(slices["a",], slices["b",], 0.025)
    assert (found.ratio, found.ratio_interval) == (None, None)


def test_an_infinite_value_leaves_its_segments_out():
    slices = {
        ("a",): Moments(400, 8.0, 1600.0, 2, 14, infinite=1), ("b",): Moments(800, 5.0, 3200.0, -1, 11),
        ("c",): Moments(800, 5.0, 3200.0, -1, 11),
    }  # fmt: skip
    assert find_segments({("x",): slices}).looked == 0


def test_bernstein_holds_for_every_draw_without_replacement():
    """Brute force: of all ways to draw the part from the records, few lie beyond a bound of no difference."""
    from itertools import combinations

    values = np.array([0.0] * 9 + [1.0, 2.0, 40.0])

    def moments(held):
        return Moments(len(held), held.mean(), ((held - held.mean()) ** 2).sum(), held.min(), held.max())

    beyond = total = 0
    for chosen in combinations(range(12), 5):
        part = np.isin(np.arange(12), chosen)
        bounds = mean_bounds(moments(values[part]), moments(values[~part]), 0.05)
        if bounds is not None:
            total += 1
            beyond += bounds[0] > 0
    assert total > 700
    assert beyond / total <= 0.05
