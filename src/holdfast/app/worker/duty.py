"""What a room gives to the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from holdfast.ledger.reacting import Policy
from holdfast.store.work import Delivery, Timer


@dataclass(frozen=True)
class Carrier:
    """How deliveries of one kind leave.

    Attributes
    ----------
    send : callable
        Renders and sends, records that it arrived, and returns the receipt in a few words. It raises
        `DeliveryRefused` (never again) or `DeliveryDelayed` (later) of `respond.ports.channels`.
    failed : callable
        Records that it was given up, and why; called again where the process died before it was marked.
    """

    send: Callable[[Delivery], str]
    failed: Callable[[Delivery, str], None]


@dataclass(frozen=True)
class Duty:
    """What one room has the worker do.

    Attributes
    ----------
    policies : tuple of Policy
    timers : mapping
        Kind of timer -> what fires it. It may be called twice for one timer, and records a fact at most once.
    carriers : mapping
        Kind of delivery -> how it leaves.
    """

    policies: tuple[Policy, ...] = ()
    timers: Mapping[str, Callable[[Timer], None]] = field(default_factory=dict)
    carriers: Mapping[str, Carrier] = field(default_factory=dict)
