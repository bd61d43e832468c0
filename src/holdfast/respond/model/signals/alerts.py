"""A group of alerts: what fired, what ended, and which incident has it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from holdfast.kernel.events import Recorded
from holdfast.kernel.ids import derived
from holdfast.respond.events.signals import AlertFired, AlertResolved, AlertsRouted

SYSTEM_LABELS = ("holdfast_system", "system", "service", "job")
"""Which labels name the system, the first one that is there."""
UNASSIGNED = "unassigned"
QUIET_LABEL = "holdfast"
"""`holdfast: signal` on an alert: it is kept and shown, and declares nothing by itself."""


@dataclass(frozen=True)
class AlertGroup:
    """The alerts of one group, folded from their stream.

    Attributes
    ----------
    fired, ended : frozenset of str
        Ids of alerts.
    incident : str or None
        Which incident has them.
    episodes : int
        How often they were given to one.
    """

    version: int = 0
    fired: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    incident: str | None = None
    episodes: int = 0

    def evolve(self, recorded: Recorded) -> AlertGroup:
        """Take a fact into account."""
        here = replace(self, version=recorded.version)
        match recorded.event:
            case AlertFired(alert=alert):
                return replace(here, fired=here.fired | {alert})
            case AlertResolved(alert=alert):
                return replace(here, ended=here.ended | {alert})
            case AlertsRouted(incident=incident):
                return replace(here, incident=incident, episodes=here.episodes + 1)
        return here


@dataclass(frozen=True)
class Taken:
    """What became of a request with alerts.

    Attributes
    ----------
    new : int
        How many facts it added; 0 where all of it was known.
    incidents : tuple of str
        Which incidents have its alerts.
    declared : bool
        Whether one was declared because of it.
    """

    new: int
    incidents: tuple[str, ...]
    declared: bool


def group_of(facts: Iterable[Recorded]) -> AlertGroup:
    """Return a group of alerts as its facts say it is."""
    group = AlertGroup()
    for recorded in facts:
        group = group.evolve(recorded)
    return group


def group_id(source: str, group: str) -> str:
    """Return the name of a group that is the same for the same source and grouping."""
    return derived("alert-group", source, group)


def alert_id(source: str, fingerprint: str, began_at: str) -> str:
    """Return the id of an alert: the same however often it is repeated."""
    return "A-" + derived("alert", source, fingerprint, began_at)


def system_of(labels: Mapping[str, str], known: Iterable[str]) -> str:
    """Return the system that labels name: one that has a plan before any other.

    Examples
    --------
    >>> system_of({"service": "gateway", "system": "support"}, ["support"])
    'support'
    >>> system_of({"service": "Gate Way"}, [])
    'gate-way'
    >>> system_of({}, [])
    'unassigned'
    """
    named = [slug(labels[name]) for name in SYSTEM_LABELS if labels.get(name)]
    plans = set(known)
    return next((each for each in named if each in plans), next((each for each in named if each), UNASSIGNED))


def slug(text: str) -> str:
    """Return a name as ids are written: lower case, hyphens, at most 60 signs; empty where nothing is left.

    Examples
    --------
    >>> slug("Support Assistant (EU)"), slug("///")
    ('support-assistant-eu', '')
    """
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in text.lower())
    return "-".join(part for part in kept.split("-") if part)[:60].rstrip("-")


def words_of(labels: Mapping[str, str], annotations: Mapping[str, str], link: str) -> str:
    """Return what is sealed of an alert: everything it said, as JSON."""
    return json.dumps({"labels": dict(labels), "annotations": dict(annotations), "link": link}, indent=1)


def alert_in_words(words: str) -> str:
    """Return what was sealed of an alert as people read it: what it says, then what it is about.

    Examples
    --------
    >>> print(alert_in_words(words_of({"region": "eu"}, {"summary": "Refunds"}, "http://prometheus/x")))
    Refunds
    region=eu
    http://prometheus/x
    """
    told = json.loads(words)
    labels = ", ".join(f"{name}={value}" for name, value in told["labels"].items())
    return "\n".join(part for part in (*told["annotations"].values(), labels, told["link"]) if part)


def title_of(name: str, annotations: Mapping[str, str]) -> str:
    """Return the line that an incident is declared with, at most 200 signs."""
    title = " ".join((annotations.get("summary") or annotations.get("title") or f"Alert {name}").split())
    return title if len(title) <= 200 else title[:199] + "…"


def declares(labels: Mapping[str, str]) -> bool:
    """Return whether an alert may declare an incident by itself."""
    return labels.get(QUIET_LABEL, "incident") != "signal"


def origin_of(source: str, name: str) -> str:
    """Return where an alert comes from, for counting independent signals."""
    return f"{source}:{name}"[:120]
