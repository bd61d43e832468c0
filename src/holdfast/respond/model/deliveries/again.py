"""What did not arrive may be sent again, by a person who asks for it. Pure."""

from __future__ import annotations

from holdfast.kernel.errors import UsageError
from holdfast.kernel.ids import derived
from holdfast.respond.events.deliveries import DeliveryAsked
from holdfast.respond.model.deliveries.state import Deliveries


def may_again(deliveries: Deliveries, delivery: str) -> bool:
    """Return whether a delivery failed and nothing later tells the same by the same route."""
    sent = deliveries.by_id.get(delivery)
    if sent is None or sent.state != "failed":
        return False
    return not any(
        other.seq > sent.seq and _same(other.asked, sent.asked) for other in deliveries.by_id.values()
    )


def again(deliveries: Deliveries, delivery: str) -> DeliveryAsked:
    """Return what asks for a delivery anew: another id, for the receiver may have kept the first one.

    Raises
    ------
    UsageError
        HF751: it did not fail, or is sent again already.
    """
    if not may_again(deliveries, delivery):
        fix = "only what did not arrive is sent again, and once at a time"
        raise UsageError.of("HF751", "there is no such delivery that did not arrive", fix=fix)
    asked = deliveries.by_id[delivery].asked
    # a person asks for it now: it is never too late
    return asked.model_copy(update={"delivery": derived("again", delivery), "happened_at": None})


def _same(one: DeliveryAsked, other: DeliveryAsked) -> bool:
    """Return whether two tell the same by the same route."""
    told = ("system", "route", "kind", "act", "subject", "thing")
    return all(getattr(one, name) == getattr(other, name) for name in told)
