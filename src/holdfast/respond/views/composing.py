"""The update composer: the facts, and for each audience what it is told, with flags, approvals and clocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.access.model.principal import Principal
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.clocks import Clock
from holdfast.respond.model.gathering import REDACTED, audiences, facts_of, rhythm_of
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.updates.approving import Need, lacking, may_give, needs
from holdfast.respond.model.updates.audiences import Audience
from holdfast.respond.model.updates.cadence import update_clocks
from holdfast.respond.model.updates.drafting import draft
from holdfast.respond.model.updates.facts import Facts
from holdfast.respond.model.updates.flags import Flag, flag, stopping
from holdfast.respond.model.updates.state import Release, Update, Version

Unseal = Callable[[Sequence[Sealed]], Sequence[str | None]]


@dataclass(frozen=True)
class Span:
    """A piece of a text, and the number of the flag that it carries; 0 for none."""

    text: str
    flag: int = 0


@dataclass(frozen=True)
class VersionTold:
    """A version with its words."""

    version: Version
    text: str


@dataclass(frozen=True)
class AsideTold:
    """A text that came too late, with its words."""

    by: str
    at: datetime
    based_on: int
    text: str


@dataclass(frozen=True)
class NeedTold:
    """An approval that is needed, who gave it, and whether the viewer may."""

    need: Need
    given: tuple[str, ...]
    missing: bool
    mine: bool


@dataclass(frozen=True)
class Panel:
    """What one audience is told.

    Attributes
    ----------
    text : str
        The newest version; the fresh draft where none is kept yet.
    fresh : str
        The draft as the facts make it now.
    behind : int
        How many facts came after those that the newest version was made from.
    why_not : str
        Why the viewer cannot approve; empty where they can, or nobody need.
    """

    audience: Audience
    clock: Clock | None
    update: Update | None
    text: str
    fresh: str
    spans: tuple[Span, ...]
    flags: tuple[Flag, ...]
    stops: tuple[str, ...]
    needs: tuple[NeedTold, ...]
    behind: int
    may_approve: bool
    why_not: str
    refused: str | None
    versions: tuple[VersionTold, ...]
    asides: tuple[AsideTold, ...]
    last: Release | None
    last_text: str
    sent: int

    @property
    def ready(self) -> bool:
        """Whether it may go out now."""
        return self.update is not None and not any(each.missing for each in self.needs)

    @property
    def number(self) -> int:
        """The newest version; 0 where none is kept."""
        return self.update.last.number if self.update is not None else 0


@dataclass(frozen=True)
class Composer:
    """The page that asks: what do we say to whom.

    Attributes
    ----------
    touched : tuple of str
        Why somebody of legal or privacy reads what goes outside.
    named : callable
        Turns an actor into what readers know them by.
    """

    incident: str
    version: int
    seq: int
    facts: Facts
    touched: tuple[str, ...]
    panels: tuple[Panel, ...]
    routes: tuple[str, ...]
    named: Callable[[str], str] = str

    @property
    def next(self) -> Clock | None:
        """The update that is due first."""
        clocks = [panel.clock for panel in self.panels if panel.clock is not None]
        return min(clocks, key=lambda clock: (clock.due, clock.id), default=None)


def composer_of(
    incident: Incident,
    plan: Plan | None,
    principal: Principal,
    now: datetime,
    unseal: Unseal,
    named: Callable[[str], str] = str,
) -> Composer:
    """Return the composer's page for a viewer."""
    facts = facts_of(incident, plan, now, unseal, named)
    known = audiences(plan)
    clocks = {c.subject: c for c in update_clocks(known, incident.updates, rhythm_of(incident, plan))}
    words = _opened(incident, unseal)
    panels = [
        _panel(incident, plan, principal, facts, audience, clocks.get(audience.id), words)
        for audience in known
    ]
    routes = tuple(plan.routes) if plan is not None else ()
    return Composer(
        incident.id,
        incident.version,
        incident.seq,
        facts,
        tuple(facts.touches.reasons()),
        tuple(panels),
        routes,
        named,
    )


def _opened(incident: Incident, unseal: Unseal) -> dict[str, str]:
    """Return every text of the updates, opened at once, by its id."""
    sealed: list[Sealed] = []
    for update in incident.updates.all.values():
        sealed += [version.text for version in update.versions]
        sealed += [aside.text for aside in update.asides]
        sealed += [refusal.because for refusal in update.refusals]
    texts = unseal(sealed)
    return {each.id: REDACTED if text is None else text for each, text in zip(sealed, texts, strict=True)}


def _panel(
    incident: Incident,
    plan: Plan | None,
    principal: Principal,
    facts: Facts,
    audience: Audience,
    clock: Clock | None,
    words: dict[str, str],
) -> Panel:
    fresh = draft(facts, audience)
    update = incident.updates.open_for(audience.id)
    text = words[update.last.text.id] if update is not None else fresh
    flags = flag(text, facts, audience)
    wanted = _needs(update, plan, principal, needs(audience, plan, facts.touches))
    may, why_not = _may_approve(update, wanted, principal)
    before = [each for each in incident.updates.of(audience.id) if each.sent]
    last = incident.updates.last_sent(audience.id)
    gone = next((u for u in reversed(before) if last in u.sent), None)
    return Panel(
        audience=audience,
        clock=clock,
        update=update,
        text=text,
        fresh=fresh,
        spans=spans(text, flags),
        flags=tuple(flags),
        stops=tuple(stopping(flags)),
        needs=wanted,
        behind=incident.version - update.last.grounds if update is not None else 0,
        may_approve=may,
        why_not=why_not,
        refused=words[update.refused.because.id] if update is not None and update.refused else None,
        versions=tuple(VersionTold(v, words[v.text.id]) for v in reversed(update.versions)) if update else (),
        asides=tuple(AsideTold(a.by, a.at, a.based_on, words[a.text.id]) for a in update.asides)
        if update
        else (),
        last=last,
        last_text=words[next(v for v in gone.versions if v.number == last.version).text.id]
        if gone is not None and last is not None
        else "",
        sent=len(before),
    )


def _needs(
    update: Update | None, plan: Plan | None, principal: Principal, wanted: Sequence[Need]
) -> tuple[NeedTold, ...]:
    if update is None:
        return tuple(NeedTold(need, (), True, may_give(need, plan, principal)) for need in wanted)
    left, given = lacking(update, wanted), update.consents()
    return tuple(
        NeedTold(need, tuple(given.get(need.id, ())), need in left, may_give(need, plan, principal))
        for need in wanted
    )


def _may_approve(update: Update | None, wanted: Sequence[NeedTold], principal: Principal) -> tuple[bool, str]:
    if update is None or not any(each.missing for each in wanted):
        return False, ""
    if principal.actor in update.writers:
        return False, "You wrote it: somebody else approves it."
    mine = [each for each in wanted if each.mine]
    if not mine:
        return False, ""
    if any(principal.actor in each.given for each in mine):
        return False, "You have approved it."
    return True, ""


def spans(text: str, flags: Sequence[Flag]) -> tuple[Span, ...]:
    """Return a text in pieces, each with the number of its flag.

    Examples
    --------
    >>> from holdfast.respond.model.updates.flags import Flag
    >>> spans("It is fixed.", [Flag(3, 11, "resolved-early", "is fixed", "", "", True)])
    (Span(text='It ', flag=0), Span(text='is fixed', flag=1), Span(text='.', flag=0))
    """
    found: list[Span] = []
    at = 0
    for number, each in enumerate(flags, 1):
        if each.start > at:
            found.append(Span(text[at : each.start]))
        found.append(Span(text[each.start : each.end], number))
        at = each.end
    if at < len(text):
        found.append(Span(text[at:]))
    return tuple(found)
