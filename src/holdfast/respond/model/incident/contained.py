"""Where the levers of an incident stand, as far as its facts say; and what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Recorded
from holdfast.respond.events.levers import (
    LeverActionRecorded,
    LeverConfirmed,
    LeverMoveAnswered,
    LeverMoveAsked,
)
from holdfast.respond.model.clocks import Clock, clock_id

Place = tuple[str, tuple[tuple[str, str], ...]]
"""A lever and its scope."""


@dataclass(frozen=True)
class Move:
    """A move that was recorded.

    Attributes
    ----------
    confirmed : bool or None
        Whether somebody saw it in force; None: nobody looked, it is on paper.
    """

    id: str
    said: LeverActionRecorded
    recorded: Recorded
    confirmed: bool | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """When it was made."""
        return parse_iso(self.said.happened_at) if self.said.happened_at else self.recorded.at

    @property
    def place(self) -> Place:
        """The lever and its scope."""
        return self.said.lever, tuple(sorted(self.said.scope.items()))

    @property
    def until(self) -> datetime | None:
        """When somebody must renew or lift it."""
        return parse_iso(self.said.until) if self.said.until else None

    @property
    def temporary(self) -> bool:
        """Whether it narrows for a time only, so that somebody must lift or renew it."""
        return not self.said.widens and not self.said.lasting


@dataclass(frozen=True)
class AskedMove:
    """A move that waits for a second person, or was refused."""

    id: str
    said: LeverMoveAsked
    by: str
    at: datetime
    seq: int
    answer: str | None = None


@dataclass(frozen=True)
class Contained:
    """The levers of an incident.

    Attributes
    ----------
    moves : mapping
        Every move, by id, in order.
    stands : mapping
        Lever and scope -> the id of the move that was last there.
    asked : mapping
        Moves that were asked for, by id.
    first_at : datetime or None
        When something was narrowed for the first time: what ends the time to contain.
    """

    moves: Mapping[str, Move] = field(default_factory=dict)
    stands: Mapping[Place, str] = field(default_factory=dict)
    asked: Mapping[str, AskedMove] = field(default_factory=dict)
    first_at: datetime | None = None

    @property
    def standing(self) -> tuple[Move, ...]:
        """The last move of each lever and scope."""
        return tuple(self.moves[move] for move in self.stands.values())

    @property
    def narrowed(self) -> tuple[Move, ...]:
        """The moves that hold something back now: what `contained` rests on."""
        return tuple(move for move in self.standing if not move.said.widens and move.confirmed is not False)

    @property
    def at(self) -> datetime | None:
        """When it was contained first, where something holds it now; None where nothing does."""
        return self.first_at if self.narrowed else None

    @property
    def temporary(self) -> tuple[Move, ...]:
        """The levers that somebody must still lift or make lasting."""
        return tuple(move for move in self.standing if move.temporary)

    @property
    def waiting(self) -> tuple[AskedMove, ...]:
        """The moves that wait for a second person."""
        return tuple(each for each in self.asked.values() if each.answer is None)

    def clocks(self) -> Iterator[Clock]:
        """Yield a clock for every move with an end."""
        for move in self.standing:
            if move.until is not None:
                seq, lever = move.recorded.seq, move.said.lever
                name = clock_id("lever", move.id, seq)
                yield Clock(name, "lever", move.id, f"lever {lever}: renew or lift", move.until, move.at, seq)

    def evolve(self, recorded: Recorded) -> Contained:
        """Take a fact into account."""
        event = recorded.event
        match event:
            case LeverMoveAsked():
                asked = AskedMove(event.move, event, recorded.actor, recorded.at, recorded.seq)
                return replace(self, asked={**self.asked, asked.id: asked})
            case LeverMoveAnswered():
                answered = replace(self.asked[event.move], answer=event.answer)
                return replace(self, asked={**self.asked, answered.id: answered})
            case LeverActionRecorded():
                move = Move(event.move, event, recorded)
                first = self.first_at
                if not event.widens:
                    first = move.at if first is None else min(first, move.at)
                stands = {place: at for place, at in self.stands.items() if place != move.place}
                return replace(
                    self,
                    moves={**self.moves, move.id: move},
                    stands={**stands, move.place: move.id},
                    first_at=first,
                )
            case LeverConfirmed():
                seen = replace(
                    self.moves[event.move],
                    confirmed=event.in_force,
                    confirmed_by=recorded.actor,
                    confirmed_at=recorded.at,
                )
                return replace(self, moves={**self.moves, seen.id: seen})
            case _:
                return self
