"""An update read for words that promise too much, guess or blame: where, why, what to say instead. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast.respond.model.updates.audiences import Audience
from holdfast.respond.model.updates.facts import Facts
from holdfast.respond.model.updates.rules import RULES, Rule
from holdfast.respond.model.updates.texts import NOT_SAID, parts_of

_DENIED = re.compile(
    r"\b(?:not|n['’]t|never|no longer|until|unless|before|once|when|whether|if|cannot|nor|yet to be)\b", re.I
)
_DENIED_AFTER = re.compile(r"\A\s*(?:(?:is|are|was|were)\s+)?(?:not|being|unknown|under|still)\b", re.I)
_MARKED = re.compile(r"^\s*-?\s*hypothesis \(", re.IGNORECASE)
BEFORE = 24
"""How many characters before a word are read for what denies it, within its clause."""


@dataclass(frozen=True)
class Flag:
    """One place in a text that somebody should look at.

    Attributes
    ----------
    start, end : int
        The characters, from 0.
    rule : str
        The id of the rule.
    words : str
        What stands there.
    stops : bool
        Whether the update goes out only with a reason.
    """

    start: int
    end: int
    rule: str
    words: str
    reason: str
    instead: str
    stops: bool


def flag(text: str, facts: Facts, audience: Audience) -> list[Flag]:
    """Return every flagged place in the order of the text; of those that overlap, the first rule's."""
    readable = _readable(text)
    found = [
        Flag(
            at.start(), at.end(), rule.id, text[at.start() : at.end()], rule.reason, rule.instead, rule.stops
        )
        for rule in RULES
        if rule.active(facts, audience)
        for at in rule.words.finditer(readable)
        if not (rule.denied and _is_denied(readable, at.start(), at.end()))
    ]
    kept: list[Flag] = []
    for each in sorted(found, key=lambda f: (f.start, _rank(f.rule))):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def rules_of(flags: list[Flag]) -> list[str]:
    """Return the rules that were offended against, each once, in the order of the table."""
    ids = {each.rule for each in flags}
    return [rule.id for rule in RULES if rule.id in ids]


def stopping(flags: list[Flag]) -> list[str]:
    """Return the rules because of which an update goes out only with a reason."""
    return rules_of([each for each in flags if each.stops])


def find_rule(key: str) -> Rule | None:
    """Return a rule by its id; None for one of an older version.

    Examples
    --------
    >>> find_rule("blame").stops
    True
    """
    return next((rule for rule in RULES if rule.id == key), None)


def _rank(rule: str) -> int:
    return next(n for n, each in enumerate(RULES) if each.id == rule)


def _readable(text: str) -> str:
    """Return the text with blanks where words are not said but quoted, or marked as a hypothesis."""
    readable = text
    for part in parts_of(text):
        end = part.start + len(part.text)
        if part.heading in NOT_SAID:
            readable = readable[: part.start] + _blank(text[part.start : end]) + readable[end:]
    lines = readable.splitlines(keepends=True)
    return "".join(_blank(line) if _MARKED.match(line) else line for line in lines)


def _blank(text: str) -> str:
    return "".join(c if c == "\n" else " " for c in text)


def _is_denied(text: str, start: int, end: int) -> bool:
    clause = re.split(r"[.,;:!?\n]", text[max(0, start - BEFORE) : start])[-1]
    return bool(_DENIED.search(clause) or _DENIED_AFTER.match(text[end:]))
