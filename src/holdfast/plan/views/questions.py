"""Three questions that a plan must be able to answer, answered from the plan and what the ledger knows.

If this shipped today, what could go wrong tomorrow morning, and who would know? Can you show a report
proving each gate passed? Who wakes up at 2am, and what exactly do they do first? An answer is only what the
plan says; where it says nothing, that is the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.gates import Gate
from holdfast.plan.model.indicators import Declare, Indicator, Move, Notify, Page, RollBack, RuleIndicator
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import Risk
from holdfast.plan.model.routes import kind_of
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.evidence import Evidence, Proofs
from holdfast.plan.views.phrases import acts_of, asked, crossing, done, watch_of
from holdfast.plan.views.promise import as_json
from holdfast.plan.views.register import HIGH
from holdfast.plan.views.rights import PartyRow, rights
from holdfast.plan.views.runbooks import runbook

MOST_RISKS = 5
"""Risks that the first answer speaks of, where fewer score 12 or more."""
BY_MORNING = 24 * 3600.0
"""Seconds: who ships today and looks back further than this knows nothing tomorrow morning."""
WAKES = frozenset({"pagerduty", "jsm", "opsgenie"})
"""Kinds of route that wake somebody."""
MAY_WAKE = frozenset({"webhook"})
"""Kinds of route that do what somebody made them do."""


@dataclass(frozen=True)
class Called:
    """Somebody whom an indicator calls.

    Attributes
    ----------
    how : str
        `page` or `notify`.
    by : str or None
        The kind of the route that reaches them or a deputy; None where none does.
    reached_by : str or None
        Who is reached: they, or the first deputy with a route.
    deputies : tuple of str
        Who is asked next.
    wakes : bool
        Whether that route wakes somebody who sleeps; what a webhook does, the plan cannot know.
    says : str
        How they are reached, in words.
    """

    name: str
    how: str
    by: str | None
    reached_by: str | None
    deputies: tuple[str, ...]
    wakes: bool
    says: str


@dataclass(frozen=True)
class Signal:
    """An indicator that watches a risk.

    Attributes
    ----------
    soon : bool
        Whether its window is short enough to cross by tomorrow morning.
    """

    indicator: str
    crosses: str
    window: str
    soon: bool
    calls: tuple[Called, ...]

    @property
    def heard(self) -> bool:
        """Whether anybody is reached."""
        return any(call.reached_by is not None for call in self.calls)


@dataclass(frozen=True)
class WhatIf:
    """What could go wrong, and who would know.

    Attributes
    ----------
    noticed : bool
        Whether an indicator would cross by tomorrow morning and reach somebody.
    blind : tuple of str
        Why nobody, or not everybody, would know.
    """

    risk: str
    harm: str
    score: int
    owner: str | None
    signals: tuple[Signal, ...]
    noticed: bool
    blind: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """A gate and the newest fact about it."""

    gate: str
    asks: str
    blocking: bool
    stage: str | None
    evidence: Evidence

    @property
    def proven(self) -> bool:
        """Whether a fact that still counts shows that it passed."""
        return self.evidence.state == "live"


@dataclass(frozen=True)
class AtNight:
    """An indicator that pages, who wakes up, and what they do first.

    Attributes
    ----------
    who : tuple of Called
        Those who are paged.
    also : tuple of str
        What else the plan does when the indicator crosses: levers, roll-backs, incidents.
    first_move : str or None
        What the plan says to do first.
    runbook : str or None
        The runbook that the incident starts with.
    first_step : str or None
        Its first step.
    missing : tuple of str
        What keeps somebody from waking up or from knowing what to do.
    """

    indicator: str
    crosses: str
    who: tuple[Called, ...]
    also: tuple[str, ...]
    first_move: str | None
    runbook: str | None
    first_step: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Questions:
    """The three questions, answered.

    Attributes
    ----------
    tomorrow : tuple of WhatIf
        Risks by score: all that score 12 or more, and at least five where there are as many.
    more : int
        Risks that are left out.
    proofs : tuple of Proof
        Every gate, in the plan's order.
    night : tuple of AtNight
        Every indicator that pages somebody.
    asleep : tuple of str
        Indicators that page nobody.
    known : bool
        Whether there is a ledger.
    watched : bool
        Whether there is a fact about any indicator: else nothing watches yet.
    """

    system: str
    name: str
    made: datetime
    tomorrow: tuple[WhatIf, ...]
    more: int
    proofs: tuple[Proof, ...]
    night: tuple[AtNight, ...]
    asleep: tuple[str, ...]
    known: bool
    watched: bool

    @property
    def about_tomorrow(self) -> str:
        """The first answer in a sentence."""
        if not self.tomorrow:
            return "The plan names no risk, so nobody knows what could go wrong."
        unseen = [one.risk for one in self.tomorrow if not one.noticed]
        told = plural(len(self.tomorrow), "risk")
        if len(self.tomorrow) == 1:
            who = "Nobody" if unseen else "Somebody"
            return f"{who} would know by tomorrow morning about {self.tomorrow[0].risk}, the one risk."
        if not unseen:
            return f"Of {told}, somebody would know about each by tomorrow morning."
        if len(unseen) == len(self.tomorrow):
            return f"Of {told}, nobody would know about any by tomorrow morning."
        return f"Of {told}, nobody would know by tomorrow morning about {_listed(unseen)}."

    @property
    def about_proofs(self) -> str:
        """The second answer in a sentence."""
        if not self.proofs:
            return "There is no gate, so nothing was proven."
        open_ = [one for one in self.proofs if not one.proven]
        told = plural(len(self.proofs), "gate")
        if not open_:
            return f"Yes: each of {told} has a fact that counts."
        blocking = sum(one.blocking for one in open_)
        return f"No: {len(open_)} of {told} cannot be shown, {blocking or 'none'} of them blocking."

    @property
    def about_night(self) -> str:
        """The third answer in a sentence."""
        if not self.night:
            return "Nobody: no indicator pages anybody."
        woken = dict.fromkeys(
            call.reached_by for one in self.night for call in one.who if call.wakes and call.reached_by
        )
        lacking = sum(bool(one.missing) for one in self.night)
        who = f"{_listed(list(woken))}" if woken else "Nobody that the plan can show"
        told = plural(len(self.night), "page")
        if not lacking:
            return f"{who}; each of {told} says what is done first."
        return f"{who}; {lacking} of {told} would not work as it should."

    @property
    def headline(self) -> str:
        """The three answers in a sentence each."""
        return " ".join((self.about_tomorrow, self.about_proofs, self.about_night))

    def as_json(self) -> dict[str, Any]:
        """Return the answers for `--json`."""
        answers = {
            "tomorrow": self.about_tomorrow,
            "proofs": self.about_proofs,
            "night": self.about_night,
        }
        return as_json("questions", self) | {"answers": answers}


def questions(loaded: LoadedPlan, standing: Standing, now: datetime) -> Questions:
    """Return the three questions, answered from a plan and what is known of it at a moment."""
    plan = loaded.plan
    parties = {row.name: row for row in rights(loaded, standing, now).people}
    by_score = sorted(plan.risks, key=lambda risk: (-risk.score, risk.id))
    count = max(sum(risk.score >= HIGH for risk in by_score), min(MOST_RISKS, len(by_score)))
    proofs = Proofs(plan, standing, now)
    paging = [one for one in plan.indicators if any(isinstance(act, Page) for act in _acts(one))]
    return Questions(
        system=plan.system.id,
        name=plan.system.name,
        made=now,
        tomorrow=tuple(_what_if(plan, parties, risk) for risk in by_score[:count]),
        more=len(by_score) - count,
        proofs=tuple(_proof(proofs, gate) for gate in plan.gates),
        night=tuple(_at_night(loaded, parties, one) for one in paging),
        asleep=tuple(one.id for one in plan.indicators if one not in paging),
        known=standing.known,
        watched=any(one.id in standing.shown for one in plan.indicators),
    )


def _acts(indicator: Indicator) -> tuple[Any, ...]:
    """Return all that an indicator may do: of a rule, also what it does while its conditions hold."""
    met = indicator.when_met if isinstance(indicator, RuleIndicator) else ()
    return (*acts_of(indicator), *met)


def _called(plan: Plan, parties: dict[str, PartyRow], act: Page | Notify) -> Called:
    name, how = (act.page, "page") if isinstance(act, Page) else (act.notify, "notify")
    party = parties.get(name)
    if party is None:  # an audience, which has a channel and no deputies
        channel = plan.audiences[name].channel
        by = None if channel is None else kind_of(plan.routes[channel])
        says = "has no channel" if channel is None else f"{by} ({channel})"
        return Called(name, how, by, name if channel else None, (), _wakes(by), says)
    reached = parties[party.reached_by] if party.reached_by is not None else None
    by = None if reached is None else reached.by
    return Called(name, how, by, party.reached_by, party.deputies, _wakes(by), party.says)


def _wakes(by: str | None) -> bool:
    return by in WAKES or by in MAY_WAKE


def _calls(plan: Plan, parties: dict[str, PartyRow], indicator: Indicator) -> tuple[Called, ...]:
    calls = (_called(plan, parties, act) for act in _acts(indicator) if isinstance(act, Page | Notify))
    return tuple(dict.fromkeys(calls))


def _what_if(plan: Plan, parties: dict[str, PartyRow], risk: Risk) -> WhatIf:
    watching = [one for one in plan.indicators if one.id in risk.indicators]
    signals = tuple(_signal(plan, parties, one) for one in watching)
    return WhatIf(
        risk=risk.id,
        harm=" ".join(risk.harm.split()),
        score=risk.score,
        owner=risk.owner,
        signals=signals,
        noticed=any(signal.soon and signal.heard for signal in signals),
        blind=tuple(_blind(risk, signals)),
    )


def _signal(plan: Plan, parties: dict[str, PartyRow], indicator: Indicator) -> Signal:
    watch = watch_of(indicator)
    soon = watch.window.seconds <= BY_MORNING
    return Signal(indicator.id, crossing(watch), str(watch.window), soon, _calls(plan, parties, indicator))


def _blind(risk: Risk, signals: Iterable[Signal]) -> Iterable[str]:
    signals = tuple(signals)
    if not signals:
        only = " and ".join(risk.controls.detect)
        yield "no indicator watches it" + (f"; {only} would have to be looked at" if only else "")
    for signal in signals:
        if not signal.soon:
            yield f"{signal.indicator} looks back {signal.window}: a bad night alone need not make it cross"
        if not signal.calls:
            yield f"{signal.indicator} tells nobody"
        for call in signal.calls:
            if call.reached_by is None:
                yield f"{signal.indicator} calls {call.name}, who {call.says}"


def _proof(proofs: Proofs, gate: Gate) -> Proof:
    _, asks, _ = asked(gate)
    return Proof(gate.id, asks, gate.blocking, gate.stage, proofs.of(gate.id))


def _at_night(loaded: LoadedPlan, parties: dict[str, PartyRow], indicator: Indicator) -> AtNight:
    acts = acts_of(indicator)
    name = next((act.runbook for act in acts if isinstance(act, Declare) and act.runbook), None)
    book = runbook(loaded, name) if name is not None else None
    who = tuple(call for call in _calls(loaded.plan, parties, indicator) if call.how == "page")
    missing = [_asleep(call) for call in who if not call.wakes]
    if indicator.first_move is None:
        missing.append("the plan does not say what is done first")
    if book is not None and book.problem is not None:
        missing.append(f"runbook {book.name}: {book.problem}")
    return AtNight(
        indicator=indicator.id,
        crosses=crossing(watch_of(indicator)),
        who=who,
        also=tuple(done(act) for act in acts if isinstance(act, Move | RollBack | Declare)),
        first_move=None if indicator.first_move is None else " ".join(indicator.first_move.split()),
        runbook=name,
        first_step=book.steps[0].do if book is not None and book.steps else None,
        missing=tuple(missing),
    )


def _asleep(call: Called) -> str:
    if call.reached_by is None:
        return f"{call.name} {call.says}"
    return f"{call.name} is reached by {call.says}, which wakes nobody"


def _listed(names: list[str], most: int = 4) -> str:
    shown = ", ".join(names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
