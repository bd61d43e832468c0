"""Which controls fit: what lint suggests for a risk, and what a search finds."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from holdfast.plan.model.library.catalogue import all_controls
from holdfast.plan.model.library.control import LibraryControl

_SMALL = """
about after all also and any are because been before but can could did does for from get gets give
gives had has have her his how into its like made make makes may more most much must none nor not
off one only other our out over own same says she some such than that the their them then there
these they this those too under use used using very was were what when where which while who whom
whose why will with without would you your new time way system model user users customer customers
people person company
"""
SMALL = frozenset(_SMALL.split())
"""Words that say nothing about which control fits."""
SAME_CATEGORY, FIRST_CATEGORY, SAME_LAYER, OTHER_LAYER = 4.0, 2.0, 3.0, 1.0
IN_NAME, IN_FAILURES, IN_WORDS = 4.0, 3.0, 1.5
STAPLE = 1.5
_STAPLES = """
rollback kill-switch escalation-policy human-takeover review-queue red-team-set harm-rate-watch canary-prompts
drift-monitor feedback-loop subgroup-evaluation safety-classifier content-filter rate-limits abstention
tool-allowlist model-card
"""
STAPLES = frozenset(_STAPLES.split())
"""What most systems should have: it tips the scale between controls that fit about as well."""


def suggest(category: str | None, layer: str, text: str, most: int = 3) -> tuple[LibraryControl, ...]:
    """Return the controls of a layer that fit a risk best, the best first.

    A control scores for the risk's category, for words that it shares with the risk's text (most in its name
    and its failure modes; a word that many controls use counts for little), and for having the layer as its
    main one. Equal scores keep the library's order.

    Parameters
    ----------
    category : str or None
        The risk's category of harm; None where it has none.
    layer : str
        `prevent`, `detect` or `respond`: only controls that can stand there are returned.
    text : str
        What is known of the risk: its id, its harm.
    most : int
        How many at most.

    Examples
    --------
    >>> [control.name for control in suggest("security", "detect", "injected text calls a tool", 1)]
    ['injection-classifier']
    """
    words = stems(text)
    scored = []
    for control in all_controls():
        if layer not in control.layers:
            continue
        score = _shared(control, words) + (SAME_LAYER if control.layer == layer else OTHER_LAYER)
        score += STAPLE if control.name in STAPLES else 0.0
        if category in control.harms:
            score += SAME_CATEGORY + (FIRST_CATEGORY if control.harms[0] == category else 0.0)
        scored.append((score, control))
    scored.sort(key=lambda pair: -pair[0])
    return tuple(control for _, control in scored[: max(0, most)])


def search(words: Iterable[str]) -> tuple[LibraryControl, ...]:
    """Return the controls in which every word is found, the best first; all of them where there is no word.

    Examples
    --------
    >>> [control.name for control in search(["untrusted", "delimiters"])]
    ['untrusted-text-delimiters']
    """
    wanted = stems(" ".join(words), keep_small=True)
    found = [
        (_shared(control, wanted), control)
        for control in all_controls()
        if all(any(known.startswith(word) for known in _index(control)) for word in wanted)
    ]
    found.sort(key=lambda pair: -pair[0])
    return tuple(control for _, control in found)


def stems(text: str, *, keep_small: bool = False) -> frozenset[str]:
    """Return the words of a text that can tell controls apart, without their endings.

    Examples
    --------
    >>> sorted(stems("The denials of loans"))
    ['denial', 'loan']
    """
    words = re.findall(r"[a-z0-9]+", text.casefold())
    return frozenset(_stem(word) for word in words if keep_small or (word not in SMALL and len(word) > 2))


def _stem(word: str) -> str:
    for ending in (
        "ations",
        "ation",
        "ings",
        "ing",
        "ions",
        "ion",
        "ies",
        "ied",
        "ers",
        "er",
        "ed",
        "es",
        "s",
        "e",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _shared(control: LibraryControl, words: frozenset[str]) -> float:
    index, rarity = _index(control), _rarity()
    return sum(index[word] * rarity[word] for word in sorted(words) if word in index)


@cache
def _rarity() -> dict[str, float]:
    """Return for each word of the library 1 where one control uses it, down to 0 where all of them do."""
    used = Counter(word for control in all_controls() for word in _index(control))
    most = math.log(len(all_controls()))
    return {word: 1 - math.log(count) / most for word, count in used.items()}


@cache
def _index(control: LibraryControl) -> dict[str, float]:
    """Return what each word of a control weighs."""
    index: dict[str, float] = {}
    everything = " ".join(
        (control.does, control.evidence, control.kind, *control.layers, *control.harms, *control.frameworks)
    )
    for text, weight in (
        (everything, IN_WORDS),
        (" ".join(control.failures), IN_FAILURES),
        (f"{control.name} {control.title}", IN_NAME),
    ):
        for word in stems(text, keep_small=True):
            index[word] = max(weight, index.get(word, 0.0))
    return index
