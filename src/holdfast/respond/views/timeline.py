"""The time line: what was recorded, told in words. It is the ledger; nothing is written for it.

Every kind of fact has its words in one table; one that is not in it is told by its name and its plain fields,
so that nothing that happened is ever missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.evidence.ports import Vault
from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.ledger.ports import Ledger
from holdfast.respond.views.timeline_words import BESIDE, NO_WORDS, ROOM, VAULT

Words = str | Callable[[Mapping[str, Json]], str]
KINDS = ("state", "severity", "role", "statement", "hypothesis", "decision", "action", "lever", "check",
         "evidence", "update", "duty", "runbook", "signal", "clock", "note")  # fmt: skip
"""What rows are filtered by."""
PASSED_BY = frozenset({"key", "incident", "number", "schema"})
"""Fields that say nothing to a person."""


@dataclass(frozen=True)
class Said:
    """Words that a person wrote, opened from the vault.

    Attributes
    ----------
    label : str
        What they are: "why"; empty for the main thing.
    text : str or None
        None where they were redacted or erased.
    """

    label: str
    text: str | None


@dataclass(frozen=True)
class Row:
    """One line of the time line.

    Attributes
    ----------
    happened_at : datetime or None
        When it happened, where it was recorded later.
    actor : str
        Who, as they are shown.
    kind : str
        One of `KINDS`.
    words : str
        What, in words made from the fact.
    """

    seq: int
    at: datetime
    happened_at: datetime | None
    actor: str
    kind: str
    words: str
    said: tuple[Said, ...]
    because: int | None


def _severity(data: Mapping[str, Json]) -> str:
    before = f" (was {data['before']})" if data.get("before") else ""
    reasons = data.get("reasons")
    why = f": {'; '.join(map(str, reasons))}" if isinstance(reasons, list) and reasons else ""
    return f"Severity {data['severity']}{before}{why}"


def _classified(data: Mapping[str, Json]) -> str:
    mode = f", {str(data['mode']).replace('-', ' ')}" if data.get("mode") else ""
    return f"Bucket: {data['bucket']}{mode}"


def _unknown(data: Mapping[str, Json]) -> str:
    left = data.get("unknown")
    count = len(left) if isinstance(left, list) else 0
    return "Impact checklist filled in" + (f", {count} unknown" if count else ", nothing unknown")


def _step_done(data: Mapping[str, Json]) -> str:
    helped = data.get("helped")
    says = "" if helped is None else ": it helped" if helped else ": it did not help"
    return f"Runbook step {data['step']} done{says}"


def _decided(data: Mapping[str, Json]) -> str:
    became = {"due": "is due", "not_applicable": "does not apply", "open": "stays open"}
    return f"Duty {data['regime']} {became.get(str(data['decided']), data['decided'])}"


def _written(data: Mapping[str, Json]) -> str:
    flags = data.get("flags")
    flagged = f", flagged: {', '.join(map(str, flags))}" if isinstance(flags, list) and flags else ""
    return f"Update {data['update']} to {data['audience']}, version {data['version']}{flagged}"


def _sent(data: Mapping[str, Json]) -> str:
    way = f"by {data['channel']}" if data.get("channel") else "by hand"
    return f"Update {data['update']} to {data['audience']} sent {way}"


TOLD: dict[str, tuple[str, Words]] = {
    "IncidentDeclared": ("state", "Declared ({source})"),
    "IncidentClassified": ("severity", _classified),
    "ImpactAssessed": ("severity", _unknown),
    "SeveritySet": ("severity", _severity),
    "EscalatedAtOnce": ("severity", "Escalated at once: {reasons}"),
    "RoleAssumed": ("role", "{who} is {role}"),
    "RoleHandedOver": ("role", "{role} handed over from {before} to {who}"),
    "RoleLeft": ("role", "{before} left the role {role}"),
    "DoubleRoleAcknowledged": ("role", "{who} is commander and technical lead, said aloud"),
    "StatementMade": ("statement", "Statement"),
    "HypothesisProposed": ("hypothesis", "Hypothesis {hypothesis}"),
    "HypothesisJudged": ("hypothesis", "Hypothesis {hypothesis}: {state}"),
    "DecisionMade": ("decision", "Decision {decision}"),
    "ActionAgreed": ("action", "Action {action} for {owner}"),
    "ActionChanged": ("action", "Action {action}: {state}"),
    "SystemRelated": ("signal", "System {system}: {how}"),
    "NoteAdded": ("note", "Note"),
    "SignalAttached": ("signal", "A signal joined: {origin}"),
    "ClockDue": ("clock", "Due: {kind} {subject}"),
    "DutyAnswered": ("duty", "Duty question {question}: {answer}"),
    "DutyPlacesSet": ("duty", "Whose law may apply: {places}"),
    "DutyDaysSet": ("duty", "Days of duties end in {zone}"),
    "DutyStartRecorded": ("duty", "What starts a clock: {start}"),
    "DutyDecided": ("duty", _decided),
    "DutySent": ("duty", "Duty {regime}: {stage} sent"),
    "DutyReopened": ("duty", "Duty {regime} is decided again"),
    "UpdateWritten": ("update", _written),
    "UpdateSetAside": ("update", "A text for {update} came too late; both are kept"),
    "UpdateApproved": ("update", "Update {update}, version {version}, approved for {need}"),
    "UpdateRefused": ("update", "Update {update}, version {version}, sent back"),
    "UpdateSent": ("update", _sent),
    "UpdateDropped": ("update", "Update {update} dropped"),
    "RunbookStarted": ("runbook", "Runbook {runbook} is followed, run {run}"),
    "RunbookStepBegun": ("runbook", "Runbook step {step} moves {lever} to {position}"),
    "RunbookStepDone": ("runbook", _step_done),
    "RunbookStepSkipped": ("runbook", "Runbook step {step} left out"),
    "RunbookBranchTaken": ("runbook", "Runbook decision {step}: {branch}"),
    "RunbookEnded": ("runbook", "Runbook {outcome}"),
    "DeliveryAsked": ("update", "{route} is to be told ({kind}, {act})"),
    "DeliveryHeldUp": ("update", "{route} could not be told yet"),
    "Delivered": ("update", "{route} took it: {receipt}"),
    "DeliveryFailed": ("update", "{route} was not told ({reason})"),
    "DeliveryWithheld": ("update", "{route} was not told: drill"),
    **ROOM,
    **BESIDE,
    **VAULT,
}
"""Kind of fact -> what it is filtered by, and its words; names in braces are fields of the fact."""
BY_WORD = {
    "lever": "lever", "contain": "lever", "runbook": "runbook", "step": "runbook", "update": "update",
    "duty": "duty", "evidence": "evidence", "vault": "evidence", "object": "evidence", "check": "check",
    "test": "check", "recover": "state", "clos": "state", "reopen": "state", "state": "state",
    "residual": "state", "deliver": "update", "clock": "clock",
}  # fmt: skip
"""What a kind of fact is filtered by, where the table has no line for it: by a word in its name."""


def told(recorded: Recorded) -> tuple[str, str]:
    """Return what a fact is filtered by, and its words.

    Examples
    --------
    >>> from datetime import UTC
    >>> class BackupMade(Event):
    ...     '''A backup was made.'''
    ...     place: str
    >>> told(Recorded(1, "s", 1, datetime(2026, 11, 21, tzinfo=UTC), "a", None, BackupMade(place="b"), ""))
    ('note', 'Backup made: place b')
    """
    name, data = recorded.event.type_name(), recorded.event.data()
    if name in TOLD:
        kind, words = TOLD[name]
        return kind, words(data) if callable(words) else words.format_map(_Plain(data))
    kind = next((kind for word, kind in BY_WORD.items() if word in name.lower()), "note")
    return kind, _by_name(name, recorded.event, data)


class _Plain(dict[str, Json]):
    """Fields as words: what is not there is said to be unknown."""

    def __missing__(self, key: str) -> Json:
        return "?"

    def __getitem__(self, key: str) -> Json:
        value = self.get(key, "?")
        return ", ".join(map(str, value)) if isinstance(value, list) else value


def _by_name(name: str, event: Event, data: Mapping[str, Json]) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).capitalize()
    plain = [
        f"{field.replace('_', ' ')} {value}"
        for field, value in data.items()
        if isinstance(value, str | int | float) and value != "" and field not in PASSED_BY and _short(value)
    ]
    return f"{words}: {', '.join(plain)}" if plain else words


def _short(value: str | int | float) -> bool:  # digests and the like are for the ledger's own page
    return not isinstance(value, bool) and len(str(value)) <= 40


def sealed_of(event: Event) -> list[tuple[str, Sealed]]:
    """Return the words of a fact that lie in the vault, with what they are called."""
    found: list[tuple[str, Sealed]] = []
    for name in type(event).model_fields:
        value = getattr(event, name)
        if isinstance(value, Sealed) and name not in LONG | NO_WORDS:
            found.append((name, value))
    return found


LONG = frozenset({"body", "content", "digest", "view"})
"""Sealed fields that are documents: they have pages of their own."""
MAIN = frozenset({"title", "account", "text", "what", "explains", "words", "answer", "who", "note"})
"""Sealed fields that need no label: they are what the fact says."""


def rows_of(facts: Sequence[Recorded], vault: Vault, shown: Callable[[str], str] = str) -> list[Row]:
    """Return facts as rows, in the order given; everything sealed is opened in one go.

    Parameters
    ----------
    shown : callable
        Takes an actor's id; returns how they are shown.
    """
    sealed = [sealed_of(recorded.event) for recorded in facts]
    opened = iter(vault.unseal([each for of_one in sealed for _, each in of_one]))
    rows: list[Row] = []
    for recorded, of_one in zip(facts, sealed, strict=True):
        said = tuple(Said("" if name in MAIN else name.replace("_", " "), next(opened)) for name, _ in of_one)
        kind, words = told(recorded)
        late = getattr(recorded.event, "happened_at", None)
        rows.append(
            Row(
                recorded.seq,
                recorded.at,
                parse_iso(late) if isinstance(late, str) else None,
                shown(recorded.actor),
                kind,
                named(words, shown),
                said,
                recorded.because,
            )
        )
    return rows


ACTORS = re.compile(r"\b(?:p|t|cli)-[0-9a-z]{4,}\b")


def named(words: str, shown: Callable[[str], str]) -> str:
    """Return words in which actors' ids are as they are shown."""
    return ACTORS.sub(lambda found: shown(found[0]), words)


@dataclass(frozen=True)
class Around:
    """What stands beside an incident: facts of other rooms about the same systems, from some time on.

    Attributes
    ----------
    systems : frozenset of str
        Ids of the systems.
    since : datetime
        A day before the earliest plausible onset: what was released then may be the cause.
    """

    systems: frozenset[str]
    since: datetime

    def holds(self, recorded: Recorded) -> bool:
        """Return whether a fact stands beside it."""
        return recorded.at >= self.since and getattr(recorded.event, "system", None) in self.systems


def latest(
    ledger: Ledger, streams: Iterable[str], *, before: int | None, limit: int, around: Around | None = None
) -> list[Recorded]:
    """Return the newest facts of several streams before a seq, and of what stands beside, newest first."""
    found = [recorded for stream in streams for recorded in ledger.before(before, limit=limit, stream=stream)]
    if around is not None:
        found += filter(around.holds, ledger.before(before, limit=limit, types=tuple(BESIDE)))
    return sorted(found, key=lambda recorded: -recorded.seq)[:limit]


PAGE_ROWS = 200
LOOKED_AT = 2_000
"""Facts that are looked through for rows of one kind before a page is shown as it is."""


def page_of(
    ledger: Ledger,
    vault: Vault,
    streams: Sequence[str],
    before: int | None,
    kind: str,
    shown: Callable[[str], str] = str,
    around: Around | None = None,
) -> tuple[list[Row], int | None]:
    """Return a page of rows before a seq, newest first, and where the next page begins.

    Parameters
    ----------
    kind : str
        One of `KINDS`; empty for all.
    """
    found: list[Recorded] = []
    looked = 0
    while len(found) <= PAGE_ROWS and looked < LOOKED_AT:
        facts = latest(ledger, streams, before=before, limit=PAGE_ROWS + 1, around=around)
        found += [recorded for recorded in facts if not kind or told(recorded)[0] == kind]
        looked += len(facts)
        if len(facts) <= PAGE_ROWS:
            return rows_of(found[:PAGE_ROWS], vault, shown), _next(found)
        before = facts[-1].seq
    return rows_of(found[:PAGE_ROWS], vault, shown), _next(found) or before


def _next(found: Sequence[Recorded]) -> int | None:
    return found[PAGE_ROWS - 1].seq if len(found) > PAGE_ROWS else None
