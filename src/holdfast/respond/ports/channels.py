"""How the room tells somebody outside: a message, the channel that takes it, and what came of it.

A channel translates one message into what one foreign system documents and sends it once. It never tries
again by itself: whether and when is decided in one place for all of them (`handlers.delivering`). The same
message may arrive twice, always with the same key: a channel uses the key so that a repetition does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from holdfast.kernel.canonical import Json
from holdfast.respond.events.deliveries import Act, Kind

Phase: TypeAlias = Literal["declared", "triaging", "contained", "recovering", "recovered", "closed"]
"""How far the incident is."""


@dataclass(frozen=True)
class Section:
    """One part of a message.

    Attributes
    ----------
    heading : str
        In a few words.
    text : str
        Plain text; it may have several lines. What looks like markup in it is shown as it was written.
    """

    heading: str
    text: str


@dataclass(frozen=True)
class Link:
    """Where to read on.

    Attributes
    ----------
    text : str
        What is there.
    address : str
        http or https; a channel leaves out anything else.
    """

    text: str
    address: str


@dataclass(frozen=True)
class Message:
    """What is to be told, in plain text only: each channel escapes as its system wants it.

    Attributes
    ----------
    kind : str
        What it is for.
    act : str
        What happened.
    incident : str
        The incident's id, `INC-2026-0001`.
    title : str
        One line.
    at : datetime
        When what it tells happened.
    dedup_key : str
        The same for all messages of one thing: the incident's id, or that with the name of one of its duties.
    severity : str
        `SEV-1` to `SEV-4`; empty where it is not known yet.
    phase : str
        How far the incident is.
    system : str
        Id of the system.
    component : str
        What of the system is concerned; empty where that is not known.
    sections, links : tuple
        The body.
    bridge : Link or None
        Where people speak with each other.
    known_as : str
        What the channel's receipt of an earlier message of the same thing said: the ticket or page that is
        already there. Empty for the first one.
    data : mapping
        For programs: ids, figures and enumerations.
    external : bool
        Whether it goes outside of the organisation: its severity and phase are shown to nobody there.
    drill : bool
        Whether it belongs to an exercise; every channel shows it.
    test : bool
        Whether it only tries a route out; every channel shows it.
    """

    kind: Kind
    act: Act
    incident: str
    title: str
    at: datetime
    dedup_key: str
    severity: str = ""
    phase: Phase = "declared"
    system: str = ""
    component: str = ""
    sections: tuple[Section, ...] = ()
    links: tuple[Link, ...] = ()
    bridge: Link | None = None
    known_as: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    external: bool = False
    drill: bool = False
    test: bool = False


@dataclass(frozen=True)
class Receipt:
    """What the foreign system answered to a message that it took.

    Attributes
    ----------
    id : str
        What it calls the thing that the message made or changed: `known_as` of the next message.
    address : str
        Where people find it; empty where the system does not say.
    repeated : bool
        Whether the message was there already, so that nothing was done.
    """

    id: str
    address: str = ""
    repeated: bool = False


class Channel(Protocol):
    """One route of a plan, ready to send: a foreign system with an address and a secret."""

    def send(self, message: Message, key: str) -> Receipt:
        """Send a message once; the key is the same each time that the same message is sent.

        Raises
        ------
        DeliveryRefused
            It is not taken, and would not be taken if it were sent again.
        DeliveryDelayed
            It was perhaps not taken; sending it again later may help.
        """
        ...


class Channels(Protocol):
    """The routes of the plans."""

    def channel(self, system: str, route: str) -> Channel:
        """Return the channel of a system's route.

        Raises
        ------
        DeliveryRefused
            There is no such route, or its `$NAME` is not set.
        """
        ...


class DeliveryError(Exception):
    """A message that was not delivered.

    Attributes
    ----------
    why : str
        In one line, in our words; holds no secret.
    said : str
        What the foreign system said to it: bounded, on one line, without our secrets; not to be trusted.
    status : int or None
        The status of its answer.
    """

    def __init__(self, why: str, *, said: str = "", status: int | None = None) -> None:
        super().__init__(f"{why}: {said}" if said else why)
        self.why = why
        self.said = said
        self.status = status


class DeliveryRefused(DeliveryError):
    """It is not taken, and would not be taken if it were sent again."""


class DeliveryDelayed(DeliveryError):
    """It was perhaps not taken; sending it again later may help.

    Attributes
    ----------
    after : timedelta or None
        How long the foreign system asked to be left alone.
    tried : bool
        Whether the foreign system was asked at all: what only waits for its turn is no attempt.
    """

    def __init__(
        self,
        why: str,
        *,
        after: timedelta | None = None,
        said: str = "",
        status: int | None = None,
        tried: bool = True,
    ) -> None:
        super().__init__(why, said=said, status=status)
        self.after = after
        self.tried = tried
