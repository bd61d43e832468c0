"""Messages to others: asked for, taken, given up. What they say is never in a fact."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed

Kind: TypeAlias = Literal["page", "update", "ticket", "statuspage", "document", "event"]
"""What a message is for: wake somebody, tell an audience, follow up work, tell the public, keep a page of the
incident, tell a program."""
Act: TypeAlias = Literal["opened", "acknowledged", "updated", "resolved"]
"""What happened to the thing that the message is about."""
_DELIVERY = "Id of the delivery: the key by which the receiver knows a repetition."
_ROUTE = "The route, as the system's plan names it."
_ATTEMPTS = "How often a worker took it up."


class DeliveryAsked(Event):
    """Somebody outside is to be told: the worker composes the message and sends it by a route of the plan.

    The same delivery is asked for once. It ends as `Delivered`, `DeliveryFailed` or `DeliveryWithheld`.
    """

    delivery: str = Field(description=_DELIVERY)
    system: str = Field(description="Id of the system whose plan has the route.")
    route: str = Field(description=_ROUTE)
    kind: Kind = Field(description="What it is for: page, update, ticket, statuspage, document or event.")
    act: Act = Field(
        description="What happened to what it tells of: opened, acknowledged, updated or resolved."
    )
    subject: str = Field(description="What it tells of: `incident`, or an update's id and version, `u1/2`.")
    happened_at: str | None = Field(
        None, description="When what it tells happened, ISO 8601 UTC; null: when it was asked for."
    )
    thing: str = Field(
        description="The same for all messages of one thing: a ticket, an alert, a page is kept for each."
    )


class DeliveryHeldUp(Event):
    """A message could not be sent for a while. It is tried again; who waits for it should know."""

    delivery: str = Field(description=_DELIVERY)
    route: str = Field(description=_ROUTE)
    attempts: int = Field(description=_ATTEMPTS)
    status: int | None = Field(None, description="The status of the last answer; null: there was none.")
    said: Sealed | None = Field(None, description="Why, with what the receiver said.")


class Delivered(Event):
    """The receiver took a message. That somebody read it is not known."""

    delivery: str = Field(description=_DELIVERY)
    route: str = Field(description=_ROUTE)
    receipt: str = Field(description="What the receiver calls what the message made or changed.")
    address: str = Field(description="Where people find it; empty where the receiver does not say.")
    repeated: bool = Field(description="Whether it was there already: an earlier attempt had arrived.")
    attempts: int = Field(description=_ATTEMPTS)


class DeliveryFailed(Event):
    """A message was given up: refused, or not taken for too long. Somebody must tell them in another way."""

    delivery: str = Field(description=_DELIVERY)
    route: str = Field(description=_ROUTE)
    reason: Literal["refused", "gave_up"] = Field(
        description="refused: it would not be taken if it were sent again; gave_up: tried for too long."
    )
    attempts: int = Field(description=_ATTEMPTS)
    status: int | None = Field(None, description="The status of the last answer; null: there was none.")
    said: Sealed | None = Field(None, description="Why, with what the receiver said.")


class DeliveryWithheld(Event):
    """A message of an exercise was not sent: nothing of a drill reaches a pager or a customer."""

    delivery: str = Field(description=_DELIVERY)
    route: str = Field(description=_ROUTE)
    because: Literal["drill"] = Field(description="drill.")


EVENTS: tuple[type[Event], ...] = (
    DeliveryAsked,
    DeliveryHeldUp,
    Delivered,
    DeliveryFailed,
    DeliveryWithheld,
)
