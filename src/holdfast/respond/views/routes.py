"""The routes of a plan: whom they reach, what they still need, and what came of trying one out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.kernel.ids import derived
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.routes import Route, follows, kind_of, names_of
from holdfast.respond.ports.channels import Channel, DeliveryDelayed, DeliveryError, Message, Section


@dataclass(frozen=True)
class RouteRow:
    """One route.

    Attributes
    ----------
    reaches : tuple of str
        Groups and audiences of the plan that have it.
    unset : tuple of str
        The `$NAMES` that are not set here.
    follows : bool
        Whether it is told of every incident by itself.
    """

    name: str
    kind: str
    reaches: tuple[str, ...]
    unset: tuple[str, ...]
    follows: bool

    def as_json(self) -> dict[str, Json]:
        """Return the row as the promise of docs/json.md says."""
        return {
            "route": self.name,
            "kind": self.kind,
            "reaches": list(self.reaches),
            "unset": list(self.unset),
            "follows": self.follows,
        }


@dataclass(frozen=True)
class Trial:
    """What came of a trial message.

    Attributes
    ----------
    result : str
        `taken`, `refused` or `delayed`.
    receipt, address : str
        What the receiver answered.
    why : str
        Why it was not taken; with what the receiver said.
    """

    route: str
    kind: str
    result: str
    receipt: str = ""
    address: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return the trial as the promise of docs/json.md says."""
        return {
            "route": self.route,
            "kind": self.kind,
            "result": self.result,
            "receipt": self.receipt,
            "address": self.address,
            "why": self.why,
        }


def rows_of(plan: Plan, environment: Mapping[str, str]) -> Sequence[RouteRow]:
    """Return all routes of a plan."""
    return [
        RouteRow(
            name,
            kind_of(route),
            tuple(
                [group for group, person in plan.people.items() if person.route == name]
                + [audience for audience, said in plan.audiences.items() if said.channel == name]
            ),
            tuple(text for text in names_of(route) if not environment.get(text.removeprefix("$"))),
            follows(route),
        )
        for name, route in plan.routes.items()
    ]


def try_out(plan: Plan, route: str, of: Callable[[Route], Channel], now: datetime) -> Trial:
    """Send one message that says that it is a trial."""
    kind = kind_of(plan.routes[route])
    key = derived("trial", plan.system.id, route, iso(now))
    message = Message(
        kind="page",
        act="opened",
        incident="",
        title=f"This message tries out the route {route} of {plan.system.id}. Nothing happened",
        at=now,
        dedup_key=f"holdfast-test/{plan.system.id}/{route}",
        system=plan.system.id,
        sections=(Section("What to do", "Nothing. Whoever sent it wants to know that it arrives."),),
        test=True,
    )
    try:
        receipt = of(plan.routes[route]).send(message, key)
    except DeliveryError as error:
        return Trial(
            route, kind, "delayed" if isinstance(error, DeliveryDelayed) else "refused", why=str(error)
        )
    return Trial(route, kind, "taken", receipt.id, receipt.address)
