"""What the incident's commands ask of the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from holdfast.access.model.principal import Principal
    from holdfast.respond.commands.base import Command
    from holdfast.respond.commands.declaring import DeclareIncident
    from holdfast.respond.views.communications import Communications
    from holdfast.respond.views.told.facts import FactTold
    from holdfast.respond.views.told.models import IncidentRow, IncidentTold


class Acted(Protocol):
    """What an act did."""

    @property
    def recorded(self) -> Sequence[Any]:
        """The facts."""
        ...


class Services(Protocol):
    """The respond room's work."""

    def declared(self, command: DeclareIncident, principal: Principal) -> str:
        """Declare an incident; return its id."""
        ...

    def perform(
        self,
        incident: str,
        command: Command,
        principal: Principal,
        *,
        expected: int | None = None,
        key: str | None = None,
    ) -> Acted:
        """Do an act."""
        ...

    def act_command(self, name: str) -> type[Command] | None:
        """Return the command of an act by its name."""
        ...

    def acts(self) -> Sequence[type[Command]]:
        """Return the commands of all acts."""
        ...

    @property
    def communications(self) -> Communications:
        """What is said and to whom."""
        ...

    def now(self) -> datetime:
        """Return the present moment."""
        ...

    def incident_told(self, incident: str) -> IncidentTold:
        """Return an incident, whole."""
        ...

    def facts_told(self, incident: str, after: int = 0, limit: int = 200) -> Sequence[FactTold]:
        """Return facts of an incident."""
        ...

    def incident_rows(
        self, state: str = "", system: str = "", skip: int = 0, limit: int = 50
    ) -> Sequence[IncidentRow]:
        """Return incidents, the open ones first."""
        ...


class Settings(Protocol):
    """Who acts."""

    @property
    def actor(self) -> str:
        """An opaque id."""
        ...


class App(Protocol):
    """What the app hands to these commands."""

    @property
    def settings(self) -> Settings:
        """Who acts."""
        ...

    @property
    def respond(self) -> Services:
        """The respond room's work."""
        ...
