"""The report as parts of a document, the same for HTML and PDF: plain text only, no markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from holdfast.respond.model.duties.regimes import NOT_ADVICE
from holdfast.respond.views.report.gathered import Report, moment
from holdfast.respond.views.told.facts import FactTold
from holdfast.web.templates import short_time

GONE = "(redacted or erased)"
CONTENTS = frozenset({"content", "view"})
"""Names under which facts hold files and redacted views: no words."""
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
LONGEST = 4_000
"""Characters of a cell; all of it is in the JSON and in the ledger."""


@dataclass(frozen=True)
class Table:
    """Rows of texts; `wide` is the column that takes what room there is."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: int = 1


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Attributes
    ----------
    empty : str
        What is said where it has nothing.
    """

    title: str
    text: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Document:
    """The report."""

    id: str
    title: str
    answer: str
    severity: str
    drill: bool
    made: str
    pairs: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default=())


def document(report: Report) -> Document:
    """Return the report as parts of a document."""
    words = _Words(report.names)
    told = report.incident
    return Document(
        told.id,
        _said(told.title),
        answer(report, words),
        told.severity or "not assessed",
        told.drill is not None,
        short_time(report.made_at),
        _head(report, words),
        (
            _statement(report, words),
            _decisions(report, words),
            _work(report, words),
            _updates(report, words),
            _duties(report, words),
            _recovery(report, words),
            _evidence(report, words),
            _timeline(report, words),
        ),
    )


def answer(report: Report, words: _Words) -> str:
    """Return in a sentence what happens, how bad it is, and who leads."""
    told = report.incident
    lead = words.who(told.commander) if told.commander else "nobody"
    since = told.onset or told.declared_at
    return (
        f"{told.severity or 'Severity not assessed'}, {told.state} since {short_time(told.state_since)};"
        f" {told.system}, from {short_time(since)}; {lead} leads."
    )


class _Words:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def who(self, actor: str | None) -> str:
        if not actor:
            return ""
        name = self._names.get(actor)
        return f"{name} ({actor})" if name else actor


def _said(text: str | None) -> str:
    if text is None:
        return GONE
    # marks that turn the direction of what follows are shown: `a\u202egpj.exe` is no picture
    text = TURNING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return text if len(text) <= LONGEST else text[:LONGEST] + " … (shortened; whole in the JSON)"


def _maybe(name: str, text: str | None) -> list[str]:
    return [f"{name}: {_said(text)}"] if text else []


def _joined(*parts: Iterable[str]) -> str:
    return "\n".join(line for part in parts for line in part)


def _head(report: Report, words: _Words) -> tuple[tuple[str, str], ...]:
    told = report.incident
    mode = " · ".join(part for part in (told.bucket, told.mode) if part) or "not classified"
    found = [
        ("Declared", f"{short_time(told.declared_at)} by {words.who(told.declared_by)}, from {told.source}"),
        ("Kind", mode + (", near-miss" if told.near_miss else "")),
        ("Severity", _joined([told.severity or "not assessed"], told.assessed.reasons)),
        ("Worst", told.assessed.worst or ""),
        ("Systems", ", ".join(dict.fromkeys([told.system, *told.systems]))),
        ("Roles", _joined(f"{role.role}: {words.who(role.who)}" for role in told.roles)),
        ("Plan", told.plan_digest or "none"),
    ]
    return tuple((name, text) for name, text in found if text)


def _statement(report: Report, words: _Words) -> Section:
    told = report.incident
    pairs: list[tuple[str, str]] = []
    if told.statement is not None:
        said = told.statement
        pairs += [("To whom", _said(said.who))] if said.who else []
        pairs += [("Where", _said(said.where))] if said.where else []
        pairs += [("Since", short_time(said.since))] if said.since else []
    if told.account:
        pairs.append(("As it was declared", _said(told.account)))
    if told.impact is not None:
        pairs += _impact(told.impact.model_dump(mode="json"))
    text = _said(told.statement.text) if told.statement is not None else ""
    return Section("What happens", text, tuple(pairs), empty="Nobody made a statement yet.")


def _impact(impact: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(f"Impact: {_spaced(name)}", _plain(value)) for name, value in impact.items() if _plain(value)]


def _decisions(report: Report, words: _Words) -> Section:
    rows = tuple(
        (
            short_time(each.happened_at or each.at),
            _joined(
                [_said(each.what)], [f"Why: {_said(each.why)}"], _maybe("Alternatives", each.alternatives)
            ),
            _joined(
                _maybe("Risk", each.risk),
                [f"Favours {', '.join(each.favours)} over {', '.join(each.over)}"] if each.favours else [],
                [f"Replaced by {each.replaced_by}"] if each.replaced_by else [],
                [f"Evidence: {', '.join(each.evidence)}"] if each.evidence else [],
            ),
            words.who(each.by),
        )
        for each in report.incident.decisions
    )
    table = Table(("When", "What and why", "Trade-off", "By"), rows)
    return _section("Decisions", table, "Nothing was decided yet.")


def _work(report: Report, words: _Words) -> Section:
    told = report.incident
    tables = (
        Table(
            ("Hypothesis", "Observation and explanation", "State"),
            tuple(
                (
                    each.id,
                    _joined(
                        [_said(each.observation)], [_said(each.explains)], _maybe("Next", each.next_test)
                    ),
                    _joined([each.state], _maybe("because", each.because)),
                )
                for each in told.hypotheses
            ),
        ),
        Table(
            ("Action", "What", "Owner", "Due", "State"),
            tuple(
                (each.id, _said(each.what), words.who(each.owner), short_time(each.due), each.state)
                for each in told.actions
            ),
        ),
        Table(
            ("Lever", "Position and why", "By", "When"),
            tuple(
                (
                    each.lever,
                    _joined([each.position + _scope(each.scope)], _maybe("because", each.because)),
                    words.who(each.by),
                    short_time(each.at),
                )
                for each in told.levers
            ),
        ),
    )
    full = tuple(table for table in tables if table.rows)
    return Section("Work", tables=full, empty="No hypothesis, action or lever was recorded.")


def _updates(report: Report, words: _Words) -> Section:
    rows = tuple(
        (
            each.audience,
            _said(each.text),
            ", ".join(words.who(who) for who in each.approved_by) or "nobody",
            _joined(f"{short_time(sent.at)} ({sent.channel or 'by hand'})" for sent in each.sent)
            or ("dropped" if each.dropped else "not sent"),
        )
        for each in report.updates
    )
    return _section(
        "Updates", Table(("To", "Text", "Approved by", "Sent"), rows), "Nobody was told anything."
    )


def _duties(report: Report, words: _Words) -> Section:
    rows = tuple(
        (
            each.law,
            _joined([f"{each.decided.replace('_', ' ')}: {_said(each.reason)}"]),
            words.who(each.by),
            _joined(
                f"{sent.stage}: {short_time(sent.sent_at)}" + (f", {sent.receipt}" if sent.receipt else "")
                for sent in each.sent
            )
            or "not sent",
        )
        for each in report.duties
    )
    table = Table(("Duty", "Decided", "By", "Sent"), rows)
    if not rows:
        return Section("Notification duties", empty="Nothing was decided about notification duties.")
    return Section("Notification duties", NOT_ADVICE, tables=(table,))


def _recovery(report: Report, words: _Words) -> Section:
    told = report.incident
    steps = tuple(
        (
            each.title,
            _said(each.because) if each.because else each.shows,
            each.result or "open",
            words.who(each.by),
        )
        for each in told.recovery
    )
    risks = tuple(
        (
            each.id,
            _joined([_said(each.what)], _maybe("Justified", each.justified)),
            str(each.score),
            each.answer,
        )
        for each in told.risks
    )
    tables = [Table(("Step", "What shows it", "Result", "By"), steps)] if steps else []
    tables += [Table(("Risk that stays", "What", "Score", "Answer"), risks)] if risks else []
    return Section("Recovery", tables=tuple(tables), empty="Recovery has not begun.")


def _evidence(report: Report, words: _Words) -> Section:
    pieces: Sequence[Any] = report.evidence["evidence"]  # type: ignore[assignment]  # as `vault_json` makes it
    rows = tuple(
        (
            f"{each['name']}\n{each['kind']}, {each['media']}, {each['size']:,} bytes",
            each["why"],
            each["digest"],
            f"{short_time(_at(each['at']))} by {words.who(each['actor'])}",
            f"{each['state']}, handed out {each['accesses']} times",
        )
        for each in pieces
    )
    table = Table(("What", "Why", "SHA-256", "Added", "State"), rows)
    return Section("Evidence", str(report.evidence["answer"]), tables=(table,) if rows else ())


def _timeline(report: Report, words: _Words) -> Section:
    rows = tuple(
        (
            f"#{fact.seq}",
            short_time(
                fact.at,
            ),
            words.who(fact.actor),
            _spaced_type(fact.type),
            _told(fact),
        )
        for fact in report.timeline
    )
    table = Table(("Fact", "Recorded", "Who", "What", "Words and figures"), rows, wide=4)
    return _section("Timeline", table, "")


def _told(fact: FactTold) -> str:
    words = [f"{_spaced(name)}: {_said(text)}" for name, text in fact.words.items() if name not in CONTENTS]
    figures = [
        f"{_spaced(name)}: {_plain(value)}"
        for name, value in fact.data.items()
        if name not in ("incident", "scope", "key") and _plain(value) and not _is_sealed(value)
    ]
    return "\n".join([*words, *([", ".join(figures)] if figures else [])])


def _section(title: str, table: Table, empty: str) -> Section:
    return Section(title, tables=(table,) if table.rows else (), empty=empty)


def _scope(scope: Mapping[str, str]) -> str:
    return f" ({', '.join(f'{name} {value}' for name, value in scope.items())})" if scope else ""


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _spaced_type(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _is_sealed(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"id", "commitment"}


def _plain(value: object) -> str:
    at = moment(value)
    if at is not None:
        return short_time(at)
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (_plain(each) for each in value if not _is_sealed(each))))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items() if not _is_sealed(each))
    return _said(str(value))


def _at(text: str) -> datetime:
    found = moment(text)
    assert found is not None  # noqa: S101 -- `vault_json` wrote it
    return found
