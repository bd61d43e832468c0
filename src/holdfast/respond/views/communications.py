"""What is said and to whom, as pages and API ask for it: updates, notification duties, clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from holdfast.access.model.principal import Principal
from holdfast.evidence.ports import Vault
from holdfast.kernel.clock import Clock
from holdfast.plan.model.plan import Plan
from holdfast.respond.commands.base import Command
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.running import clocks_of
from holdfast.respond.views.communicated import clocks_json, duties_json, updates_json
from holdfast.respond.views.composing import Composer, composer_of
from holdfast.respond.views.duties import DutiesPage, duties_page


class Perform(Protocol):
    """Does an act of an incident."""

    def __call__(
        self, incident: str, command: Command, principal: Principal, *, expected: int | None
    ) -> object:
        """Do it; `expected` is the version that a form was made from."""
        ...


class Communications:
    """What people look at and do about updates and duties.

    Parameters
    ----------
    found : callable
        Returns an incident that exists, and the plan of its system where there is one.
    name : callable
        Turns an actor into what readers know them by.
    """

    def __init__(
        self,
        found: Callable[[str], tuple[Incident, Plan | None]],
        clock: Clock,
        vault: Vault,
        perform: Perform,
        name: Callable[[str], str] = str,
    ) -> None:
        self._found, self._clock, self._vault, self._perform = found, clock, vault, perform
        self._name = name

    def composer(self, incident: str, principal: Principal) -> Composer:
        """Return the composer's page for a viewer."""
        found, plan = self._found(incident)
        return composer_of(found, plan, principal, self._clock.now(), self._vault.unseal, cache(self._name))

    def duties_page(self, incident: str, principal: Principal) -> DutiesPage:
        """Return the duties' page for a viewer."""
        found, plan = self._found(incident)
        return duties_page(found, plan, principal, self._vault.unseal, cache(self._name))

    def news(self, incident: str, version: int, principal: Principal) -> list[tuple[str, datetime]]:
        """Return who else changed an update or a duty after a version, and when, the latest first."""
        found, _ = self._found(incident)
        late = {
            touch.by: touch.at
            for subject, touch in sorted(found.touched.subjects.items(), key=lambda each: each[1].version)
            if subject.startswith(("update/", "duty")) and touch.version > version
        }
        late.pop(principal.actor, None)
        return sorted(
            ((self._name(by), at) for by, at in late.items()), key=lambda each: each[1], reverse=True
        )

    def updates(self, incident: str, principal: Principal) -> dict[str, Any]:
        """Return the updates of an incident as JSON."""
        return updates_json(self.composer(incident, principal))

    def duties(self, incident: str, principal: Principal) -> dict[str, Any]:
        """Return the duties of an incident as JSON."""
        return duties_json(self.duties_page(incident, principal))

    def clocks(self, incident: str) -> list[Any]:
        """Return the clocks of an incident as JSON."""
        return clocks_json(clocks_of(*self._found(incident)), self._clock.now())

    def do(self, incident: str, command: Command, principal: Principal, expected: int | None) -> None:
        """Do an act."""
        self._perform(incident, command, principal, expected=expected)
