"""Updates: one message to one audience; its versions, approvals, and that it was sent."""

from __future__ import annotations

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent

_UPDATE = "Id of the update within the incident: u1, u2, ..."


class UpdateWritten(IncidentEvent):
    """A version of an update was kept. Each version stays; one that follows an approval needs a new one."""

    update: str = Field(description=_UPDATE)
    audience: str = Field(description="Who it is for: executives, support, customers, ...")
    version: int = Field(description="1, 2, 3, ...")
    text: Sealed = Field(description="What it says.")
    grounds: int = Field(description="The number of the incident's last fact that it was drafted from.")
    as_drafted: bool = Field(description="Whether it is the draft as it was made from the facts, unchanged.")
    flags: list[str] = Field(description="The rules that its words offended against, each once.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"update/{self.update}"


class UpdateSetAside(IncidentEvent):
    """A text was based on a version that somebody had changed meanwhile: it is kept beside the newer one."""

    update: str = Field(description=_UPDATE)
    based_on: int = Field(description="The version that its writer had seen.")
    against: int = Field(description="The version that was there by then.")
    text: Sealed = Field(description="What it says.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"update/{self.update}"


class UpdateApproved(IncidentEvent):
    """Somebody who may approved a version, for a group. An edit afterwards leaves the approval behind."""

    update: str = Field(description=_UPDATE)
    version: int = Field(description="The version that was read and approved.")
    need: str = Field(description="What was asked for: a group such as legal, or `approver`.")
    flags: list[str] = Field(description="The rules that its words offended against at that moment.")
    because: Sealed | None = Field(None, description="Why it may go out in spite of the flags.")
    plan_digest: str | None = Field(None, description="Digest of the plan that asked for it; null without.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"update/{self.update}"


class UpdateRefused(IncidentEvent):
    """Somebody who may approve sent a version back with the reason; its approvals count no longer."""

    update: str = Field(description=_UPDATE)
    version: int = Field(description="The version that was read.")
    because: Sealed = Field(description="What must be changed.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"update/{self.update}"


class UpdateSent(IncidentEvent):
    """A version was released to one channel: delivered by its connector, or by hand by who says so.

    Whether a connector delivered it is a fact of its own (`Delivered`, `DeliveryFailed`).
    """

    update: str = Field(description=_UPDATE)
    audience: str = Field(description="Who it is for.")
    version: int = Field(description="The version that went out.")
    channel: str | None = Field(description="The route of the plan; null where it was sent by hand.")
    text: Sealed = Field(description="What went out.")
    flags: list[str] = Field(description="The rules that its words offended against when it went out.")
    because: Sealed | None = Field(None, description="Why it went out in spite of the flags.")
    receipt: Sealed | None = Field(None, description="By hand: where and how it was sent.")
    plan_digest: str | None = Field(None, description="Digest of the plan that said who may; null without.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"update/{self.update}"


class UpdateDropped(IncidentEvent):
    """An update will not be sent. Its versions stay."""

    update: str = Field(description=_UPDATE)
    because: Sealed | None = Field(None, description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"update/{self.update}"


EVENTS: tuple[type[Event], ...] = (
    UpdateWritten,
    UpdateSetAside,
    UpdateApproved,
    UpdateRefused,
    UpdateSent,
    UpdateDropped,
)
