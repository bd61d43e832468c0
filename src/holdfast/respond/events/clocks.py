"""That a clock came due."""

from __future__ import annotations

from pydantic import Field

from holdfast.kernel.events import Event


class ClockDue(Event):
    """A clock came due and nobody had done what it stands for. Recorded once for each clock.

    What the clock was started by and what it is about stand in its id; a clock that is started anew has
    another one.
    """

    clock: str = Field(description="Id of the clock: update/executives/17.")
    kind: str = Field(description="update, duty, action, lever, acceptance or escalation.")
    subject: str = Field(description="Id of the audience, duty, action, lever or acceptance.")
    due_at: str = Field(description="When it was due, ISO 8601 UTC.")


EVENTS: tuple[type[Event], ...] = (ClockDue,)
