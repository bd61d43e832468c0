"""The facts of an incident as programs read them: everything that was recorded, with the words opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field, JsonValue

from holdfast.kernel.events import Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.respond.views.texts import Texts
from holdfast.respond.views.told.models import Told

if TYPE_CHECKING:  # what keeps evidence loads what measures
    from holdfast.evidence.ports import Vault


class FactTold(Told):
    """A fact of an incident."""

    seq: int
    """Its number in the workspace."""
    version: int
    """Its number in the incident."""
    at: datetime
    """When it was recorded."""
    actor: str
    """Who: an opaque id."""
    type: str = Field(examples=["DecisionMade"])
    """What: docs/events.md has every kind."""
    data: dict[str, JsonValue]
    """Its fields, without words."""
    words: dict[str, str | None]
    """What people wrote; null where it was redacted or erased."""
    because: int | None
    """The seq of the fact that caused it."""


def facts_told(facts: Sequence[Recorded], vault: Vault) -> list[FactTold]:
    """Return facts with their words, in the order given."""
    texts = Texts(vault)
    texts.want_all(recorded.event for recorded in facts)
    texts.open()
    return [_told(recorded, texts) for recorded in facts]


def _told(recorded: Recorded, texts: Texts) -> FactTold:
    sealed = {name: value for name, value in recorded.event if isinstance(value, Sealed)}
    return FactTold(
        seq=recorded.seq,
        version=recorded.version,
        at=recorded.at,
        actor=recorded.actor,
        type=recorded.event.type_name(),
        data={name: value for name, value in recorded.event.data().items() if name not in sealed},
        words={name: texts(value) for name, value in sealed.items()},
        because=recorded.because,
    )
