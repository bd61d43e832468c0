"""The decision tree: from answers and places to what a duty comes to, with the answers that led there. Pure.

It proposes; a person decides. Unknown is an answer: it keeps a duty open. One `no` settles a duty, whatever
else is unknown, and so does a place that is known to lie elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from holdfast.respond.events.duties import Answer, Proposed
from holdfast.respond.model.duties.regimes import Question, Regime, all_questions, all_regimes

EU_MEMBERS = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)
EEA_ONLY = frozenset({"IS", "LI", "NO"})
SAME_PLACE = {"GB": "UK", "USA": "US", "EL": "GR"}


@dataclass(frozen=True)
class Known:
    """What the tree goes by.

    Attributes
    ----------
    answers : mapping
        Question -> answer; one that is missing was not asked yet.
    places : tuple of str
        Whose law may apply; empty where nobody knows.
    on : date
        The day of the incident, for duties that apply from a day on.
    """

    answers: Mapping[str, Answer]
    places: tuple[str, ...]
    on: date

    def answer(self, question: str) -> Answer:
        """Return the answer to a question, or to its opposite: `not five_hundred`."""
        if question.startswith("not "):
            opposite: dict[Answer, Answer] = {"yes": "no", "no": "yes", "unknown": "unknown"}
            return opposite[self.answer(question.removeprefix("not "))]
        return self.answers.get(question, "unknown")


@dataclass(frozen=True)
class Reason:
    """One thing that led to a proposal.

    Attributes
    ----------
    said : str
        In words of the program: nothing that a person typed.
    question : str or None
        The question whose answer it is.
    answer : str
        What it says of the duty: yes speaks for it, no against it, unknown leaves it open.
    """

    said: str
    question: str | None
    answer: Answer


@dataclass(frozen=True)
class Proposal:
    """What the tree makes of a duty.

    Attributes
    ----------
    says : str
        due, not_applicable or open.
    because : tuple of Reason
        Of a due one everything it takes; of one that does not apply what speaks against it; of an open one
        what is unknown.
    """

    regime: Regime
    says: Proposed
    because: tuple[Reason, ...]

    @property
    def words(self) -> str:
        """The reason in one line."""
        return "; ".join(reason.said for reason in self.because)

    @property
    def asks(self) -> tuple[str, ...]:
        """The questions that keep it open."""
        return tuple(r.question for r in self.because if r.question and r.answer == "unknown")


def propose(regime: Regime, known: Known) -> Proposal:
    """Return what the tree makes of one duty."""
    reasons = [*_law(regime, known.on), *_place(regime, known.places), *_facts(regime, known)]
    against = tuple(reason for reason in reasons if reason.answer == "no")
    if against:
        return Proposal(regime, "not_applicable", against)
    unknown = tuple(reason for reason in reasons if reason.answer == "unknown")
    if unknown:
        return Proposal(regime, "open", unknown)
    return Proposal(regime, "due", tuple(reasons))


def proposals(known: Known) -> list[Proposal]:
    """Return what the tree makes of every duty."""
    return [propose(regime, known) for regime in all_regimes()]


def to_ask(found: Iterable[Proposal]) -> list[tuple[Question, int]]:
    """Return the questions that keep duties open, in the tree's order, each with how many hang on it."""
    hanging: dict[str, int] = {}
    for proposal in found:
        if proposal.says == "open":
            for question in proposal.asks:
                hanging[question] = hanging.get(question, 0) + 1
    return [(question, hanging[key]) for key, question in all_questions().items() if key in hanging]


def _law(regime: Regime, on: date) -> list[Reason]:
    if regime.status == "repealed":
        return [Reason("it was repealed and is no law", None, "no")]
    if regime.start is not None and on < regime.start:
        return [Reason(f"it applies from {regime.start.isoformat()} on only", None, "no")]
    if regime.status == "bill":
        return [Reason("whether it was signed is not verified", None, "unknown")]
    return []


def _place(regime: Regime, places: tuple[str, ...]) -> list[Reason]:
    if not regime.where:
        return []
    whose = " or ".join(regime.where)
    if not places:
        return [Reason(f"nobody has said whose law applies: it is one of {whose}", None, "unknown")]
    found: Answer = "no"
    for place in places:
        one = _lies_in(_plain(place), regime.where)
        if one == "yes":
            return [Reason(f"{_plain(place)} is a place of this incident", None, "yes")]
        found = "unknown" if one == "unknown" else found
    if found == "unknown":
        return [Reason(f"a wider place is named: is {whose} among it?", None, "unknown")]
    named = ", ".join(_plain(place) for place in places)
    return [Reason(f"it is a law of {whose}; the places are {named}", None, "no")]


def covers(regime: Regime, place: str) -> bool:
    """Return whether a duty is, or may be, about a place.

    Examples
    --------
    >>> from holdfast.respond.model.duties.regimes import find_regime
    >>> covers(find_regime("GDPR-33"), "DE"), covers(find_regime("GDPR-33"), "CH")
    (True, False)
    """
    return _lies_in(_plain(place), regime.where) != "no"


def _plain(place: str) -> str:
    code = place.strip().upper()
    return SAME_PLACE.get(code, code)


def _lies_in(place: str, where: tuple[str, ...]) -> Answer:
    country = place.split("-")[0]
    within = {place, country}
    if country in EU_MEMBERS:
        within |= {"EU", "EEA"}
    if country in EEA_ONLY or country == "EU":
        within.add("EEA")
    if within & set(where):
        return "yes"
    wider = {each.split("-")[0] for each in where if "-" in each}
    return "unknown" if place in wider or place in ("EEA", "WORLD", "GLOBAL") else "no"


def _facts(regime: Regime, known: Known) -> list[Reason]:
    return [_clause(clause, known) for clause in regime.when]


def _clause(clause: tuple[str, ...], known: Known) -> Reason:
    """Return what a clause comes to: any of its questions that is yes makes it so."""
    answers = {question: known.answer(question) for question in clause}
    by = next((question for question, answer in answers.items() if answer == "yes"), None)
    if by is not None:
        return Reason(_said(by, known), by.removeprefix("not "), "yes")
    open_ = next((question for question, answer in answers.items() if answer == "unknown"), None)
    if open_ is not None:
        return Reason(_said(open_, known), open_.removeprefix("not "), "unknown")
    return Reason(
        "; ".join(_said(question, known) for question in clause), clause[0].removeprefix("not "), "no"
    )


def _said(question: str, known: Known) -> str:
    key = question.removeprefix("not ")
    asked = key in known.answers
    return f"{all_questions()[key].asks} {known.answers[key] if asked else 'not answered yet'}"
