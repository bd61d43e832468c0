"""Records from before the reference they are compared with: most often two sources that were swapped."""

from __future__ import annotations

from holdfast.kernel.figures import count
from holdfast.measure.metrics import ALWAYS
from holdfast.measure.requests import CountsRequest
from holdfast.measure.states import Counts
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.sources import Source

DAY = 86_400
"""Seconds: how finely the reference's begin is looked at."""


def earlier_note(engine: Engine, source: Source, reference: Source) -> tuple[str, ...]:
    """Return a note where records are from days before the reference's first; both must say their `time`."""
    if source.time is None or reference.time is None or source.key() == reference.key():
        return ()
    then, now = _by_day(engine, reference), _by_day(engine, source)
    if not then or not now:
        return ()
    begun = min(then)
    early = sum(n for day, n in now.items() if day < begun)
    if not early:
        return ()
    total = sum(now.values())
    return (
        f"data `{source.name}`: {count(early)} of {count(total)} records are from before the reference"
        f" `{reference.name}` begins: are they swapped, or is `where:` missing?",
    )


def _by_day(engine: Engine, source: Source) -> dict[int, float]:
    """Return how many records there are on each day."""
    (answer,) = engine.windows(source, (CountsRequest(ALWAYS),), DAY).answers
    counts = {day: states.get(()) for day, states in answer.items()}
    return {day: state.n for day, state in counts.items() if isinstance(state, Counts) and state.n}
