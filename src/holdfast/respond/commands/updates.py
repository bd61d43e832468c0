"""What may be asked about updates."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from holdfast.respond.commands.base import Command, Slug, Words

UpdateId = Annotated[str, Field(pattern=r"^u[1-9][0-9]{0,5}$")]
"""The id of an update in the incident: u1."""
Number = Annotated[int, Field(ge=1, le=100_000)]


class WriteUpdate(Command):
    """Keep a text as a new version of an update, or as the first of a new one.

    It is never stale: a text based on a version that somebody changed meanwhile is kept beside theirs.
    """

    NAME: ClassVar[str] = "update-write"

    audience: Slug
    """Who it is for: executives, support, engineering, customers, or an audience of the plan."""
    text: Words | None = None
    """What it says; left out: the draft as it is made from the facts now."""
    update: UpdateId | None = None
    """The update; left out: the one to this audience that is being written, else a new one."""
    based_on: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """The version that the writer had before them, 0 for a new update; left out: the newest."""


class ApproveUpdate(Command):
    """Approve a version of an update."""

    NAME: ClassVar[str] = "update-approve"

    update: UpdateId
    """The update."""
    version: Number
    """The version that you have read."""
    because: Words | None = None
    """Why it may go out in spite of its flags, where it has some."""


class RefuseUpdate(Command):
    """Send a version of an update back with the reason."""

    NAME: ClassVar[str] = "update-refuse"

    update: UpdateId
    """The update."""
    version: Number
    """The version that you have read."""
    because: Words
    """What must be changed."""


class SendUpdate(Command):
    """Release a version of an update: to its channels, or as sent by hand."""

    NAME: ClassVar[str] = "update-send"

    update: UpdateId
    """The update."""
    version: Number
    """The version that goes out."""
    channels: Annotated[tuple[Slug, ...], Field(max_length=20)] = ()
    """Routes of the plan; left out: the audience's own."""
    by_hand: Words | None = None
    """Where and how you sent it yourself; then no connector delivers it."""
    because: Words | None = None
    """Why it goes out in spite of its flags, where it has some."""


class DropUpdate(Command):
    """Do not send an update. Its versions stay."""

    NAME: ClassVar[str] = "update-drop"

    update: UpdateId
    """The update."""
    because: Words | None = None
    """Why."""
