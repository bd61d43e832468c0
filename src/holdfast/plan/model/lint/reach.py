"""HF112: people who are called and cannot be reached, and routes that reach nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.plan.model.indicators import Action, Notify, Page, PlainIndicator
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import names
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.routes import follows
from holdfast.plan.model.tree import Path


def reachable(plan: Plan, group: str) -> bool:
    """Return whether a group, or one of its deputies, has a route."""
    seen: set[str] = set()
    here: str | None = group
    while here is not None and here not in seen and here in plan.people:
        if plan.people[here].route is not None:
            return True
        seen.add(here)
        here = plan.people[here].deputy
    return False


def reaching_nobody(subject: Subject) -> Iterator[Found]:
    """Yield every group that is called and has no route, silent audiences, and routes that nobody has."""
    plan = subject.plan
    called: dict[str, tuple[Path, str]] = {}
    for path, group, how in _called(plan):
        if group in plan.people and not reachable(plan, group):
            called.setdefault(group, (path, how))
    if called and not plan.routes:
        message = f"the plan calls {names(called)} and has no routes: nobody hears it"
        yield Found(
            ("people", "[key]"),
            message,
            "add `routes:` (mail, a pager, a chat), and a `route:` to each group",
        )
    else:
        for group, (path, how) in called.items():
            fix = f"give `{group}` a route" + (
                f", such as `{next(iter(plan.routes))}`" if plan.routes else ""
            )
            yield Found(path, f"`{group}` is {how} and has no route: nobody is reached", fix)
    for name, audience in plan.audiences.items():
        if audience.channel is None:
            message = f"the audience `{name}` has no channel: what they need to know cannot be told"
            yield Found(("audiences", name, "[key]"), message, "add `channel:` with one of the routes")
    used = {person.route for person in plan.people.values()}
    used |= {audience.channel for audience in plan.audiences.values()}
    for name, route in plan.routes.items():
        if name not in used and not follows(route):
            message = f"the route `{name}` reaches nobody: no group and no audience has it"
            yield Found(
                ("routes", name, "[key]"), message, f"give it to a group: `route: {name}`; or remove it"
            )


def _called(plan: Plan) -> Iterator[tuple[Path, str, str]]:
    """Yield who is called, where the plan says so, and how."""
    card = plan.system.card
    for at, component in enumerate(card.components if card is not None else ()):
        if component.on_call is not None:
            place: Path = ("system", "card", "components", at, "on_call")
            yield place, component.on_call, f"on call for `{component.id}`"
    for indicator in plan.indicators:
        here: Path = ("indicators", indicator.id)
        if isinstance(indicator, PlainIndicator):
            yield from _in_actions((*here, "act"), indicator.act)
        else:
            yield from _in_actions((*here, "when_unmet"), indicator.when_unmet)
            yield from _in_actions((*here, "when_met"), indicator.when_met)
    for review in plan.reviews:
        yield from _in_actions(("reviews", review.id, "overdue"), review.overdue)


def _in_actions(path: Path, actions: Iterable[Action]) -> Iterator[tuple[Path, str, str]]:
    for at, action in enumerate(actions):
        if isinstance(action, Page):
            yield (*path, at, "page"), action.page, "paged"
        elif isinstance(action, Notify):
            yield (*path, at, "notify"), action.notify, "notified"
