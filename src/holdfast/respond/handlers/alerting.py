"""Alerts come in: each is recorded once, grouped, and the group finds or makes its incident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import ConflictError
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.ids import derived
from holdfast.kernel.incidents import Source
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.signals import AlertFired, AlertResolved, AlertsRouted, SignalAttached
from holdfast.respond.handlers.acting import ATTEMPTS, Room, act
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.signals import alerts as model
from holdfast.respond.model.signals.alerts import AlertGroup, Taken
from holdfast.respond.ports.alerts import Alert


def take_alerts(room: Room, source: str, alerts: Sequence[Alert], principal: Principal) -> Taken:
    """Record alerts, and give each group to an incident. Sending the same again changes nothing.

    Facts come before the answer: where the process dies in between, the source sends again, and what was
    recorded is found.
    """
    new, incidents, declared = 0, [], False
    for group in dict.fromkeys(alert.group for alert in alerts):
        mine = [alert for alert in alerts if alert.group == group]
        state, fresh = _record(room, source, group, mine, principal)
        new += len(fresh)
        incident, made = _routed(room, source, group, mine, state, principal, fresh)
        if incident is not None:
            incidents.append(incident)
            declared = declared or made
    return Taken(new, tuple(dict.fromkeys(incidents)), declared)


def _record(
    room: Room, source: str, group: str, alerts: Sequence[Alert], principal: Principal
) -> tuple[AlertGroup, Sequence[Recorded]]:
    stream = f"alert/{model.group_id(source, group)}"
    sealed: dict[str, AlertFired] = {}
    for attempt in range(ATTEMPTS):
        state = model.group_of(room.ledger.read(stream))
        events = list(_news(room, source, group, alerts, state, sealed))
        if not events:
            return state, ()
        try:
            fresh = room.ledger.append(stream, events, expected=state.version, actor=principal.actor)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        for recorded in fresh:
            state = state.evolve(recorded)
        return state, fresh
    raise AssertionError(stream)  # the last attempt returned or raised


def _news(
    room: Room,
    source: str,
    group: str,
    alerts: Sequence[Alert],
    state: AlertGroup,
    sealed: dict[str, AlertFired],
) -> Iterable[Event]:
    """Yield what is not known yet; what was sealed for an attempt that lost is used again."""
    seen, ended = set(state.fired), set(state.ended)
    for alert in alerts:
        began = iso(alert.began_at)
        name = model.alert_id(source, alert.fingerprint, began)
        if name not in seen:
            seen.add(name)
            if name not in sealed:
                sealed[name] = _fired(room, source, group, alert, name)
            yield sealed[name]
        if not alert.firing and name not in ended:
            ended.add(name)
            yield AlertResolved(alert=name, ended_at=iso(alert.ended_at or room.clock.now()))


def _fired(room: Room, source: str, group: str, alert: Alert, name: str) -> AlertFired:
    words = model.words_of(alert.labels, alert.annotations, alert.link)
    return AlertFired(
        alert=name,
        source=source,
        group=model.group_id(source, group),
        name=alert.name[:200],
        system=model.system_of(alert.labels, room.systems.every()),
        urgency=model.slug(alert.labels.get("severity", "")),
        began_at=iso(alert.began_at),
        words=room.vault.seal("alerts", words),
    )


def _routed(
    room: Room,
    source: str,
    group: str,
    alerts: Sequence[Alert],
    state: AlertGroup,
    principal: Principal,
    fresh: Sequence[Recorded],
) -> tuple[str | None, bool]:
    firing = [each for each in alerts if each.firing and model.declares(each.labels)]
    system = model.system_of((firing or alerts)[0].labels, room.systems.every())
    present = state.incident if state.incident and room.index.is_open(state.incident) else None
    if present is None and not firing:
        return None, False  # nothing that goes on: nobody needs a room
    made = False
    if present is None:
        present, made = _find_or_declare(room, source, group, firing, state, system, principal)
        _note(room, source, group, state, AlertsRouted(incident=present, declared=made), principal)
    _attach(room, source, present, alerts, principal, fresh)
    return present, made


def _find_or_declare(
    room: Room,
    source: str,
    group: str,
    firing: Sequence[Alert],
    state: AlertGroup,
    system: str,
    principal: Principal,
) -> tuple[str, bool]:
    """Return the incident for a group: one of the system that is open, else a new one.

    When an AI system fails, many alerts fire; forty rooms help nobody. Who finds that two things go wrong
    declares the second by hand.
    """
    # asked before what is open: a room that opens in between is then found open, or has the same key
    key = _wish(room, source, group, state, system)
    open_now = room.index.open_of(system) if system != model.UNASSIGNED else []
    if open_now:
        return open_now[0], False
    first = firing[0]
    wish = DeclareIncident(
        system=system,
        title=model.title_of(first.name, first.annotations),
        account=first.annotations.get("description"),
        source=Source.ALERT,
        onset=min(each.began_at for each in firing),
        key=key,
    )
    return declare(room, wish, principal).incident.id, True


def _wish(room: Room, source: str, group: str, state: AlertGroup, system: str) -> str:
    """Return the key of the declaration: groups of one system that fire at the same instant wish the same."""
    if system == model.UNASSIGNED:
        return derived("alerts", model.group_id(source, group), str(state.episodes))
    return derived("alerts-of-system", system, room.index.last_of(system) or "")


def _note(
    room: Room, source: str, group: str, state: AlertGroup, event: AlertsRouted, principal: Principal
) -> None:
    stream = f"alert/{model.group_id(source, group)}"
    try:
        room.ledger.append(stream, [event], expected=state.version, actor=principal.actor)
    except ConflictError:
        # another request of the same group was quicker; whoever comes next reads what it noted
        return


def _attach(
    room: Room,
    source: str,
    incident: str,
    alerts: Sequence[Alert],
    principal: Principal,
    fresh: Sequence[Recorded],
) -> None:
    because = fresh[-1].seq if fresh else None

    def decide(state: Incident) -> list[Event]:
        names = {
            model.alert_id(source, each.fingerprint, iso(each.began_at)): each
            for each in alerts
            if each.firing
        }
        return [
            SignalAttached(
                incident=incident, kind="alert", signal=name, origin=model.origin_of(source, alert.name)
            )
            for name, alert in names.items()
            if not state.signals.holds(name)
        ]

    act(room, incident, principal, decide, because=because)
