"""What is known of the detectors of personal data, in words. Pure."""

from __future__ import annotations

from holdfast.kernel.detection import MEASURED, MEASURED_AT, MEASURED_ON
from holdfast.kernel.figures import span
from holdfast.kernel.ids import digest
from holdfast.kernel.patterns import DETECTORS, REVISION
from holdfast.measure.rates import wilson

DETECTORS_DIGEST = digest(
    {"revision": REVISION, "detectors": [[detector.name, detector.pattern] for detector in DETECTORS]}
)
"""Of the table of detectors: what other ones found is other evidence."""


def detectors_told() -> tuple[str, ...]:
    """Return how well the detectors find and how often they are right, with what is not known.

    Examples
    --------
    >>> print(detectors_told()[0][:81])
    what the detectors find of labelled passages, with 95 % intervals: e-mail address
    """
    names = {detector.name: detector.finds for detector in DETECTORS}
    found = "; ".join(
        f"{names[name]} {share_told(each.found, each.labelled)}" for name, each in MEASURED.items()
    )
    right, told = sum(each.right for each in MEASURED.values()), sum(each.told for each in MEASURED.values())
    unknown = ", ".join(detector.finds for detector in DETECTORS if detector.name not in MEASURED)
    return (
        f"what the detectors find of labelled passages, with 95 % intervals: {found}; of their findings"
        f" {share_told(right, told)} are right ({MEASURED_ON}, {MEASURED_AT})",
        f"not measured: {unknown}; names of people are not looked for: nothing found is not nothing there",
    )


def share_told(k: int, n: int) -> str:
    """Return a share with its counts and its interval."""
    low, high = wilson(k, n)
    return f"{k} of {n} {span(float(low), float(high)).rstrip(']')} %]"
