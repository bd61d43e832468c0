"""What the evidence room must know of a plan: who signs what, and which gates rest on which evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from holdfast.kernel.errors import UsageError, did_you_mean

ATTEST = "attest/"


def inside(path: Path, root: Path) -> str | None:
    """Return a path from the plan's folder, as it may enter a fact; None where it lies elsewhere."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):
        return None


@dataclass(frozen=True)
class Attestable:
    """Something that people sign.

    Attributes
    ----------
    roles : tuple of str
        Whose signature counts; never empty.
    every : timedelta or None
        How long a signature lasts; None where the plan does not say.
    """

    roles: tuple[str, ...]
    every: timedelta | None = None


@dataclass(frozen=True)
class Resting:
    """A gate and the evidence that it rests on: a metric on a source, or a figure of files.

    Attributes
    ----------
    fresh_for : timedelta or None
        How long its evidence counts.
    metric, source : str or None
        Of a gate that is measured here.
    by : tuple of str
        Columns that it judges by.
    tool, pattern : str or None
        Of a gate that judges another tool's figure; the pattern starts at the plan's folder.
    """

    gate: str
    fresh_for: timedelta | None
    metric: str | None = None
    source: str | None = None
    by: tuple[str, ...] = ()
    tool: str | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Planned:
    """A plan, as far as evidence goes.

    Attributes
    ----------
    bundle : str
        The version of the system that counts where none is named.
    attestable : mapping
        `attest/<name>` -> who signs it.
    called : mapping
        A control or a review -> the names under which it is signed.
    """

    system: str
    bundle: str
    digest: str
    root: Path
    attestable: Mapping[str, Attestable] = field(default_factory=dict)
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gates: tuple[Resting, ...] = ()

    def attested(self, name: str) -> str:
        """Return what a user means: `attest/<name>`, or a control or review that is signed under one.

        Raises
        ------
        UsageError
            HF502: the plan does not have it. HF501: it is signed under several.
        """
        if name in self.attestable:
            return name
        signed = self.called.get(name, ())
        if len(signed) == 1:
            return signed[0]
        if signed:
            message = f"`{name}` is signed under several names"
            raise UsageError.of("HF501", message, fix=f"name one: {', '.join(signed)}")
        message = f"nothing in the plan is attested as `{name}`"
        known = [*self.attestable, *self.called]
        if not known:
            fix = "give a control `attested: {who: ..., every: 180d}`, or name `attest/...` as its evidence"
            raise UsageError.of("HF502", message, fix=fix)
        raise UsageError.of("HF502", message, fix=did_you_mean(name, known, otherwise="it attests"))
