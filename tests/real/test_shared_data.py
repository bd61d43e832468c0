"""Public data as others published it: what they reported must come out."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest


def solved_per_task(trials):
    solved = defaultdict(int)
    for task, won in zip(trials["task"].to_pylist(), trials["solved"].to_pylist(), strict=True):
        solved[task] += won
    return solved


def test_tau_bench_has_fifty_tasks_of_four_trials(trials):
    runs = list(zip(trials["task"].to_pylist(), trials["trial"].to_pylist(), strict=True))
    assert len(runs) == len(set(runs)) == 200
    assert {trial for _, trial in runs} == {0, 1, 2, 3}
    assert len({task for task, _ in runs}) == 50


@pytest.mark.parametrize(("k", "published"), [(1, 0.420), (2, 0.273), (3, 0.220), (4, 0.200)])
def test_tau_bench_pass_hat_k_is_the_published_one(trials, k, published):
    solved = solved_per_task(trials)
    value = sum(math.comb(count, k) / math.comb(4, k) for count in solved.values()) / len(solved)
    assert round(value, 3) == published


def test_tau_bench_trials_of_a_task_go_together(trials):
    """Why such records need `cluster: task`: a solved trial says much about the same task's others."""
    solved = solved_per_task(trials)
    pairs = sum(math.comb(count, 2) + math.comb(4 - count, 2) for count in solved.values()) / (50 * 6)
    share = sum(solved.values()) / 200
    assert pairs > share**2 + (1 - share) ** 2 + 0.1


def test_german_credit_has_a_thousand_loans_of_which_seven_hundred_were_repaid(credit):
    assert credit.num_rows == 1000
    assert sum(credit["repaid"].to_pylist()) == 700
    assert credit["sex"].to_pylist().count("female") == 310
    assert min(credit["age"].to_pylist()) == 19
    assert max(credit["age"].to_pylist()) == 75
