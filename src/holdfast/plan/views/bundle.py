"""The version of the system that a plan's card names."""

from __future__ import annotations

from holdfast.plan.model.loading import LoadedPlan

UNVERSIONED = "unversioned"
"""The bundle of a plan whose card names no version: all its records count as those of one bundle."""


def declared_bundle(loaded: LoadedPlan) -> str | None:
    """Return `name@version` of the plan's card; None where it names no version."""
    card = loaded.plan.system.card
    model = card.model if card is not None else None
    if model is None or model.version is None:
        return None
    return f"{model.name}@{model.version}" if model.name else model.version
