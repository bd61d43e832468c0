"""Where a watch stands, as JSON: kept between two batches, it goes on as if it had never stopped.

Every number is a float64, and JSON numbers read back the same (RFC 8785, Python's repr); the infinities are
text. What is written names its version and the watch that it belongs to. A state of another watch is refused:
evidence against one level says nothing about another. Whoever changes a level begins anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.kernel.errors import LedgerError
from holdfast.measure.encoding import from_json as state_from_json
from holdfast.measure.encoding import number
from holdfast.measure.encoding import to_json as state_to_json
from holdfast.measure.states import Bins, Categories, Floats, Moments
from holdfast.measure.watching.drift import DriftDetector, DriftWatch
from holdfast.measure.watching.gaps import BEYOND, GapDetector
from holdfast.measure.watching.means import STAKES, MeanDetector
from holdfast.measure.watching.rates import ALTERNATIVES, RateDetector
from holdfast.measure.watching.slices import SlicesWatched
from holdfast.measure.watching.watches import Detector, Watch, Watched

if TYPE_CHECKING:
    from holdfast.kernel.canonical import Json

VERSION = 1
"""Of what is written; a reader of a later version must still read it."""


class OtherWatch(ValueError):
    """A state that belongs to another watch: its level, side, budget or bounds were different."""


def to_json(watch: Watch, watched: Watched) -> dict[str, Json]:
    """Return where a watch stands as JSON.

    Examples
    --------
    >>> from holdfast.measure.watching.rates import RateWatch
    >>> from holdfast.measure.watching.watches import begun
    >>> watch = RateWatch(level=0.01, side="above", budget=86_400.0)
    >>> written = to_json(watch, begun(watch))
    >>> written["watch"]
    {'kind': 'RateWatch', 'level': 0.01, 'side': 'above', 'budget': 86400.0, 'slices': 1.0}
    >>> from_json(watch, written).evidence
    -inf
    """
    return {"version": VERSION, "watch": watch_to_json(watch), **_standing(watched)}


def from_json(watch: Watch, value: Json) -> Watched:
    """Return where a watch stood when `to_json` wrote it.

    Raises
    ------
    LedgerError
        HF402 where it was written by a version that this one does not know; HF401 where it is damaged.
    OtherWatch
        It belongs to another watch.
    """
    written = _of(watch, value)
    with _damages():
        return _stood(watch, written)


def slices_to_json(watch: Watch, at: SlicesWatched) -> dict[str, Json]:
    """Return where the slices of a watch stand as JSON: in the order of their parts."""
    slices: list[Json] = [{"slice": list(key), **_standing(each)} for key, each in at.slices.items()]
    return {"version": VERSION, "watch": watch_to_json(watch), "known": at.known, "slices": slices}


def slices_from_json(watch: Watch, value: Json) -> SlicesWatched:
    """Return where the slices stood when `slices_to_json` wrote them.

    Raises
    ------
    LedgerError, OtherWatch
        As of `from_json`.
    """
    written = _of(watch, value)
    with _damages():
        entries = [(tuple(entry["slice"]), _stood(watch, entry)) for entry in written["slices"]]
        known = written["known"]
        _hold(isinstance(known, int) and 0 <= known <= len(entries), "its number of known slices")
        _hold(len({key for key, _ in entries}) == len(entries), "a slice stands in it twice")
        words = all(each is None or isinstance(each, str) for key, _ in entries for each in key)
        _hold(words, "a slice that is no text")
        return SlicesWatched(dict(entries), known)


def _standing(watched: Watched) -> dict[str, Json]:
    return {
        "seconds": number(watched.seconds),
        "alarm": None if watched.alarm is None else number(watched.alarm),
        "strongest": number(watched.strongest),
        "detector": _detector_to_json(watched.detector),
    }


def _stood(watch: Watch, written: Mapping[str, Any]) -> Watched:
    seconds, strongest = float(written["seconds"]), float(written["strongest"])
    alarm = None if written["alarm"] is None else float(written["alarm"])
    _hold(0 <= seconds < math.inf and not math.isnan(strongest), "its time or evidence is no number")
    _hold(alarm is None or 0 <= alarm <= seconds, "its alarm lies outside its time")
    return Watched(_detector_from_json(watch, written["detector"]), seconds, alarm, strongest)


@contextmanager
def _damages() -> Iterator[None]:
    """Tell what goes wrong in reading as what it is: a state that is not as it was written."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise _damaged(error) from error


def watch_to_json(watch: Watch) -> dict[str, Json]:
    """Return a watch as JSON: by what a state is known to be its own."""
    written = {field.name: _value(getattr(watch, field.name)) for field in fields(watch)}
    return {"kind": type(watch).__name__, **written}


def _value(value: Any) -> Json:  # noqa: ANN401 -- whatever a watch is made of
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Bins | Categories):
        return state_to_json(value)
    return {field.name: _value(getattr(value, field.name)) for field in fields(value)}


def _of(watch: Watch, value: Json) -> Mapping[str, Any]:
    """Return what was written, where this version can read it and it is of this watch."""
    version = value.get("version") if isinstance(value, dict) else None
    if not isinstance(value, dict) or version is None:
        raise _damaged("it is no state of a watch")
    if version != VERSION:
        raise LedgerError.of(
            "HF402",
            f"the state of a watch was written in version {version}, and this one reads version {VERSION}",
            fix="use the version of Holdfast that wrote it, or begin the watch anew",
        )
    mine, written = watch_to_json(watch), value.get("watch")
    if not isinstance(written, dict):
        raise _damaged("it names no watch")
    names = [name for name in sorted({*mine, *written}) if mine.get(name) != written.get(name)]
    if names:
        apart = "; ".join(f"{name} was {written.get(name)} and is {mine.get(name)}" for name in names)
        msg = f"the state belongs to another watch: {apart}; begin anew where the plan was changed"
        raise OtherWatch(msg)
    return value


def _hold(sound: bool, what: str) -> None:
    if not sound:
        raise ValueError(what)


def _damaged(what: object) -> LedgerError:
    return LedgerError.of(
        "HF401",
        f"the state of a watch is not as it was written: {what!r}",
        fix="verify the ledger (`holdfast ledger verify`), or begin the watch anew",
    )


def _logs(values: Any, *shape: int) -> Floats:  # noqa: ANN401 -- what a JSON reader returns
    """Return logs of evidence: numbers or -inf, in their shape."""
    array = np.array([float(value) for value in values], dtype=np.float64)
    _hold(not np.isnan(array).any() and not np.isposinf(array).any(), "evidence that is no number")
    return array.reshape(shape)


def _amounts(values: Any, *shape: int) -> Floats:  # noqa: ANN401 -- as above
    """Return what was counted: finite, not negative, in its shape."""
    array = np.array([float(value) for value in values], dtype=np.float64)
    _hold(bool(np.isfinite(array).all() and (array >= 0).all()), "a count that is no count")
    return array.reshape(shape)


def _flat(array: Floats) -> Json:
    return [number(value) for value in array.ravel().tolist()]


def _detector_to_json(detector: Detector) -> dict[str, Json]:
    kind: dict[str, Json] = {"kind": type(detector).__name__, "seconds": number(detector.seconds)}
    match detector:
        case RateDetector(logs=logs, k=k, n=n):
            return {**kind, "logs": _flat(logs), "k": number(k), "n": number(n)}
        case MeanDetector(logs=logs, past=past):
            return {**kind, "logs": _flat(logs), "past": state_to_json(past)}
        case GapDetector():
            return {
                **kind,
                "logs": _flat(detector.logs),
                "groups": [[rate, list(key)] for rate, key in detector.groups],
                "known": detector.known,
                "hits": _flat(detector.hits),
                "trials": _flat(detector.trials),
                "left_out": number(detector.left_out),
            }
        case DriftDetector(reference=reference):
            return {
                **kind,
                "reference": None if reference is None else state_to_json(reference),
                "past": _flat(detector.past),
                "logs": _flat(detector.logs),
            }


def _detector_from_json(watch: Watch, written: Mapping[str, Any]) -> Detector:
    kind = written["kind"]
    mine = kind.removesuffix("Detector") == type(watch).__name__.removesuffix("Watch")
    _hold(mine, f"a {kind} of such a watch")
    seconds = float(_amounts([written["seconds"]], 1)[0])
    if isinstance(watch, DriftWatch):
        return _drift(watch, written, seconds)
    return READERS[kind](written, seconds)


def _rate(written: Mapping[str, Any], seconds: float) -> RateDetector:
    k, n = _amounts([written["k"], written["n"]], 2).tolist()
    _hold(k <= n, "more hits than trials")
    return RateDetector(_logs(written["logs"], ALTERNATIVES), k, n, seconds)


def _mean(written: Mapping[str, Any], seconds: float) -> MeanDetector:
    past = state_from_json(written["past"])
    if not isinstance(past, Moments) or past.n < 0:
        msg = "its past"
        raise ValueError(msg)
    return MeanDetector(_logs(written["logs"], len(STAKES)), past, seconds)


def _gap(written: Mapping[str, Any], seconds: float) -> GapDetector:
    groups = tuple((int(rate), tuple(key)) for rate, key in written["groups"])
    known = int(written["known"])
    _hold(0 <= known <= len(groups), "its number of known groups")
    hits, trials = (_amounts(written[name], len(groups)) for name in ("hits", "trials"))
    _hold(bool((hits <= trials).all()), "more hits than trials")
    found = GapDetector(groups, known, hits, trials, seconds=seconds, left_out=float(written["left_out"]))
    logs = _logs(written["logs"], len(found.pairs), 2, len(BEYOND))
    return GapDetector(groups, known, hits, trials, logs, seconds, found.left_out)


def _drift(watch: DriftWatch, written: Mapping[str, Any], seconds: float) -> DriftDetector:
    if written["reference"] is None:
        return DriftDetector(seconds=seconds)
    reference = state_from_json(written["reference"])
    if not isinstance(reference, Bins | Categories):
        msg = "its reference"
        raise TypeError(msg)
    begun = DriftDetector.begun(replace(watch, reference=reference))
    logs, past = _logs(written["logs"], *begun.logs.shape), _amounts(written["past"], *begun.past.shape)
    return DriftDetector(reference, past, logs, seconds)


READERS: dict[str, Callable[[Mapping[str, Any], float], Detector]] = {
    "RateDetector": _rate,
    "MeanDetector": _mean,
    "GapDetector": _gap,
}
"""Kind of detector -> what reads it; a drift's needs its watch."""
