"""Which lever of a plan an act moves, and to where. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.kernel.canonical import Json, canonical
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.runbooks.runbook import Move, Step

SAFE_MODE = "safe_mode"
"""What the safe mode is called in facts: no lever, but the plan's list of them."""


@dataclass(frozen=True)
class Moves:
    """What an act moves in one plan.

    Attributes
    ----------
    name : str
        The lever, or `safe_mode`.
    levers : tuple
        Each lever with its position: those of the safe mode, where a plan names them.
    """

    name: str
    levers: tuple[tuple[str, str], ...]


def choices(move: Move, plan: Plan | None) -> tuple[str, ...]:
    """Return the levers that an act may move; empty where the plan has others only.

    A lever of the name wins over those of the kind. Where no plan knows any, the step's own word is the name.
    """
    if move.safe_mode:
        return ()
    if plan is None or not plan.levers:
        return tuple(name for name in (move.lever or move.kind,) if name)
    if move.lever is not None and move.lever in plan.levers:
        return (move.lever,)
    return tuple(name for name, lever in plan.levers.items() if lever.kind == move.kind)


def moves_of(step: Step, plan: Plan | None, chosen: str | None) -> Moves | None:
    """Return what an act moves; None where nothing of the plan does.

    Raises
    ------
    UsageError
        HF714: the plan has several levers of the kind and none, or another, was chosen.
    """
    move = step.move
    if move is None:
        return None
    if move.safe_mode:
        listed = plan.safe_mode.items() if plan is not None else ()
        return Moves(SAFE_MODE, tuple((lever, position_text(to)) for lever, to in listed))
    levers = choices(move, plan)
    if chosen is not None and chosen not in levers:
        fix = did_you_mean(chosen, levers, otherwise="it may move") if levers else "it is done by hand"
        raise UsageError.of("HF714", f"`{step.id}` does not move `{chosen}`", fix=fix)
    if not levers:
        return None
    if chosen is None and len(levers) > 1:
        named = ", ".join(levers)
        raise UsageError.of(
            "HF714", f"`{step.id}` may move one of several levers", fix=f"choose one: {named}"
        )
    lever = chosen or levers[0]
    return Moves(lever, ((lever, position_text(move.to)),))


def position_text(to: Json) -> str:
    """Return a position as facts hold it: its name, else canonical JSON.

    Examples
    --------
    >>> position_text("safe"), position_text({"top_k": 3}), position_text(False)
    ('safe', '{"top_k":3}', 'false')
    """
    return to if isinstance(to, str) else canonical(to).decode()


def scope_words(scope: Mapping[str, str]) -> str:
    """Return whom a lever is moved for, in words.

    Examples
    --------
    >>> scope_words({"tenant": "acme"}), scope_words({})
    ('tenant acme', 'everybody')
    """
    return ", ".join(f"{name} {value}" for name, value in scope.items()) or "everybody"
