"""Decision rights: who may do what without asking, who must agree, and whether anybody can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.names import ANYONE
from holdfast.plan.model.people import Authority, JointRight, Right
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.routes import kind_of
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.promise import as_json


@dataclass(frozen=True)
class PartyRow:
    """A person or group, and how they are reached.

    Attributes
    ----------
    route, by : str or None
        The route's name and its kind (`pagerduty`, `smtp`, ...); None without a route of their own.
    deputies : tuple of str
        Who is asked next, one after the other; a circle ends where it began.
    circle : bool
        Whether the deputies lead back to somebody who was asked already.
    members : tuple of str
        Opaque ids of those who act for them; without any only an actor that is called as the group is.
    reached_by : str or None
        The first of them and their deputies who has a route; None where nobody has.
    says : str
        How they are reached, in words.
    holds : tuple of str
        Decision rights that they hold, alone or with another.
    """

    name: str
    route: str | None
    by: str | None
    rotation: str | None
    deputies: tuple[str, ...]
    circle: bool
    members: tuple[str, ...]
    external: bool
    contract: str | None
    reached_by: str | None
    says: str
    holds: tuple[str, ...]


@dataclass(frozen=True)
class RightRow:
    """A decision right.

    Attributes
    ----------
    who : tuple of str
        Any one of them may; empty where the plan grants it to nobody.
    second : str or None
        Who must agree as well.
    when : str or None
        When the second is needed; always, where it is not said.
    reachable : tuple of str
        Those of `who` that can be reached.
    problem : str
        Why nobody could use it at two in the morning; empty where somebody can.
    """

    right: str
    means: str
    who: tuple[str, ...]
    second: str | None
    when: str | None
    reachable: tuple[str, ...]
    problem: str


@dataclass(frozen=True)
class Rights:
    """Every decision right and every person or group."""

    system: str
    name: str
    made: datetime
    approver: str | None
    rights: tuple[RightRow, ...]
    people: tuple[PartyRow, ...]

    @property
    def headline(self) -> str:
        """Whether somebody can decide, in one sentence."""
        lost = [row.right for row in self.rights if row.problem]
        silent = [row.name for row in self.people if row.reached_by is None]
        if not self.people:
            return "The plan names no people: nobody can decide, and nobody can be woken."
        said = "Each decision right is held by somebody who can be reached"
        if lost:
            said = f"{plural(len(lost), 'decision right')} that nobody reachable holds: {', '.join(lost)}"
        if not silent:
            return f"{said}; all {plural(len(self.people), 'group')} can be reached."
        return f"{said}; {len(silent)} of {plural(len(self.people), 'group')} cannot be reached."

    def as_json(self) -> dict[str, Any]:
        """Return the rights for `--json`."""
        return as_json("rights", self)


def rights(loaded: LoadedPlan, standing: Standing, now: datetime) -> Rights:
    """Return who may do what, and who can be reached. What the ledger knows makes no difference."""
    del standing
    plan = loaded.plan
    approver = None if plan.system.owners is None else plan.system.owners.approver
    granted = _granted(plan, approver)
    people = tuple(_party(plan, name, granted) for name in plan.people)
    reached = {row.name for row in people if row.reached_by is not None}
    rows = tuple(_row(row, reached) for row in granted)
    return Rights(plan.system.id, plan.system.name, now, approver, rows, people)


def _granted(plan: Plan, approver: str | None) -> list[RightRow]:
    authority = plan.authority or Authority()
    rows = []
    for key, field in Authority.model_fields.items():
        means = (field.description or "").removesuffix(".")
        if key == "accept_residual":
            split = authority.accept_residual
            levels = (("below 12", split and split.below_12), ("12 and more", split and split.from_12))
            for level, who in levels:
                rows.append(_right(f"{key} {level}", means, (who,) if who else (), approver))
            continue
        right: Right | None = getattr(authority, key)
        if isinstance(right, JointRight):
            rows.append(_right(key, means, (right.who,), approver, right.and_, right.when))
        else:
            rows.append(_right(key, means, tuple(right or ()), approver))
    return rows


def _right(
    right: str,
    means: str,
    who: tuple[str, ...],
    approver: str | None,
    second: str | None = None,
    when: str | None = None,
) -> RightRow:
    if not who and approver is not None:
        means += "; granted to nobody, so the approver decides"
        who = (approver,)
    return RightRow(right, means, who, second, when, (), "")


def _row(row: RightRow, reached: set[str]) -> RightRow:
    reachable = tuple(name for name in row.who if name == ANYONE or name in reached)
    problem = ""
    if not row.who:
        problem = "granted to nobody, and the plan names no approver"
    elif not reachable:
        problem = f"no route leads to {' or '.join(row.who)}, nor to a deputy"
    elif row.second is not None and row.second not in reached:
        problem = f"no route leads to {row.second}, who must agree"
    return RightRow(row.right, row.means, row.who, row.second, row.when, reachable, problem)


def _party(plan: Plan, name: str, granted: list[RightRow]) -> PartyRow:
    person = plan.people[name]
    chain, circle = _chain(plan, name)
    by_route = next((one for one in chain if plan.people[one].route is not None), None)
    kind = None if person.route is None else kind_of(plan.routes[person.route])
    return PartyRow(
        name=name,
        route=person.route,
        by=kind,
        rotation=person.rotation,
        deputies=tuple(chain[1:]),
        circle=circle,
        members=person.members,
        external=person.external,
        contract=person.contract,
        reached_by=by_route,
        says=_says(plan, name, by_route, circle=circle),
        holds=tuple(row.right for row in granted if name in (*row.who, row.second)),
    )


def _chain(plan: Plan, name: str) -> tuple[list[str], bool]:
    """Return somebody and their deputies, as they are asked in turn, and whether that is a circle."""
    chain, deputy = [name], plan.people[name].deputy
    while deputy is not None and deputy not in chain:
        chain.append(deputy)
        deputy = plan.people[deputy].deputy
    return chain, deputy is not None


def _says(plan: Plan, name: str, by: str | None, *, circle: bool) -> str:
    if by is None:
        return "cannot be reached: " + ("the deputies lead in a circle" if circle else "no route")
    route = plan.people[by].route or ""
    how = f"{kind_of(plan.routes[route])} ({route})"
    return how if by == name else f"only through {by}: {how}"
