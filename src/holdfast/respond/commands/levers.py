"""Moving levers, consenting, safe mode, confirming."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from holdfast.respond.commands.base import Command, Moment, Reference, Slug, Words
from holdfast.respond.commands.working import Item

Position = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/:@%,+-]{0,119}$")]
Scope = Literal["tenant", "region", "language", "surface", "arm", "user", "session", "client"]


class MoveLever(Command):
    """Move a lever, or record that you moved it by hand. Narrowing never waits."""

    NAME: ClassVar[str] = "contain"

    lever: Slug
    """The lever's id in the plan; any name where no plan knows it."""
    position: Position = "safe"
    """`safe`, `normal`, or one that its kind names."""
    because: Words
    """Why."""
    scope: dict[Scope, Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,119}$")]] = Field(
        default_factory=dict
    )
    """Whom it holds for; everybody, where nothing is said."""
    until: Moment | None = None
    """When somebody must renew or lift it. A temporary move without an end is refused."""
    lasting: bool = False
    """Whether it is meant to stay; only then it needs no end."""
    widens: bool | None = None
    """Whether it allows more than before. `safe` allows less, `normal` more; anything else counts as more
    unless you say that it does not."""
    metric: Slug | None = None
    """The metric that will show whether the harm shrinks."""
    happened_at: Moment | None = None
    """When it was moved, where it is recorded later."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"lever/{self.lever}"


class AnswerMove(Command):
    """Consent, as the second person, to a move that somebody asked for; or refuse it."""

    NAME: ClassVar[str] = "answer-move"

    move: Item
    """Its id: m1."""
    answer: Literal["consented", "refused"]
    """consented or refused."""
    because: Words | None = None
    """Why; needed to refuse."""


class EnterSafeMode(Command):
    """Move every lever of the plan's safe mode at once; without a plan, record that the system is held."""

    NAME: ClassVar[str] = "safe-mode"

    because: Words
    """Why."""
    until: Moment
    """When somebody must renew or lift it. It stays then."""
    metric: Slug | None = None
    """The metric that will show whether the harm shrinks."""


class ConfirmLever(Command):
    """Say that you saw a move in force, or that it is not."""

    NAME: ClassVar[str] = "confirm-lever"

    move: Item
    """Its id: m1."""
    in_force: bool
    """Whether it is obeyed."""
    note: Words | None = None
    """How you saw it."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"move/{self.move}"
