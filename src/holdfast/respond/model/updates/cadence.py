"""When each audience must hear something next. Pure.

SEV-1 and SEV-2 start a clock at once: those inside who must hear get a first word within 15 and 30 minutes,
however long they may stay without one later. Then the audience's own rhythm counts from what it heard last.
In less severe incidents who has heard nothing is owed nothing; who has, hears how it goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.respond.model.clocks import Clock, clock_id
from holdfast.respond.model.updates.audiences import Audience
from holdfast.respond.model.updates.state import UpdatesState

FIRST = {"SEV-1": timedelta(minutes=15), "SEV-2": timedelta(minutes=30)}
"""Severity -> how soon those inside hear a first word. A plan's own severity matrix may say otherwise."""
OVER = ("recovered", "closed")


@dataclass(frozen=True)
class Rhythm:
    """How an incident goes, as far as its rhythm of updates depends on it.

    Attributes
    ----------
    severity : str
        SEV-1 to SEV-4; empty where nobody has said.
    since, started : datetime, int
        When the severity became what it is now, and the seq of that fact: the declaration at first.
    phase_since, phase_seq : datetime or None, int
        When the phase became what it is now.
    first : timedelta or None
        What the plan's severity matrix says of this level.
    near_miss : bool
        Whether a control caught it before it did harm.
    """

    since: datetime
    started: int
    severity: str = ""
    phase: str = "declared"
    phase_since: datetime | None = None
    phase_seq: int = 0
    first: timedelta | None = None
    near_miss: bool = False


def update_clocks(audiences: Iterable[Audience], state: UpdatesState, rhythm: Rhythm) -> list[Clock]:
    """Return the clocks of the updates that are due next, one an audience at most."""
    if rhythm.phase == "closed":
        return []
    return [clock for each in audiences if (clock := _clock(each, state, rhythm)) is not None]


def _clock(audience: Audience, state: UpdatesState, rhythm: Rhythm) -> Clock | None:
    if audience.every is None:
        return None
    heard = state.last_sent(audience.id)
    if rhythm.phase in OVER:
        return _last_word(audience, audience.every, heard.at if heard else None, rhythm)
    if heard is not None:
        return _made(audience, heard.at, heard.seq, audience.every)
    first = _first(rhythm)
    if first is None:
        return None
    within = audience.every if audience.external else min(first, audience.every)
    return _made(audience, rhythm.since, rhythm.started, within)


def _last_word(audience: Audience, every: timedelta, heard: datetime | None, rhythm: Rhythm) -> Clock | None:
    """Return the clock of the last word: who heard that something is wrong hears that it is over."""
    since = rhythm.phase_since
    if heard is None or since is None or heard >= since:
        return None
    return _made(audience, since, rhythm.phase_seq, every)


def _first(rhythm: Rhythm) -> timedelta | None:
    return rhythm.first or FIRST.get(rhythm.severity)


def _made(audience: Audience, since: datetime, started: int, within: timedelta) -> Clock:
    key = clock_id("update", audience.id, started)
    return Clock(key, "update", audience.id, f"update to {audience.id}", since + within, since, started)
