"""A fresh process, measured from outside: wall-clock, processor time, peak memory, and what it said."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUIET = {
    "DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1", "NML_DISABLE_USER_ANALYTICS": "1",
    "WHYLOGS_NO_ANALYTICS": "True", "HF_HUB_OFFLINE": "1",
}  # fmt: skip
"""Peers that would report their use to their makers do not: it takes time, and a bench needs no network."""
ROOT = Path(__file__).resolve().parent.parent.parent
_OURS = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class Failed(Exception):
    """A process that did not end well; the message ends with the last lines that it wrote."""


@dataclass(frozen=True)
class Told:
    """What a process took, and the last line of its output, read as JSON."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    load: float
    said: dict[str, Any]


def environment(**more: str) -> dict[str, str]:
    """Return the variables for a peer's process: none of ours, bytecode kept as Python keeps it."""
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {**kept, **QUIET, **more}


def run(command: Sequence[str | Path], given: str = "", **more: str) -> Told:
    """Run a command to its end and measure it.

    Raises
    ------
    Failed
        Where it ends with another code than 0, or its last line is not a JSON object.
    """
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as error,
        tempfile.TemporaryFile("w+") as into,
    ):
        into.write(given)
        into.seek(0)
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=into,
            stdout=out,
            stderr=error,
            cwd=ROOT,
            env=environment(**more),
        )
        # waited for by hand: only so is the usage that of this child and of no other
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        error.seek(0)
        said, complained = out.read(), error.read()
    shown = " ".join(Path(part).name for part in map(str, command))
    if process.returncode:
        msg = f"`{shown}` ended with {process.returncode}:\n{_tail(complained or said)}"
        raise Failed(msg)
    return Told(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, load, last_line(said, shown))


def last_line(said: str, whose: str) -> dict[str, Any]:
    """Return the JSON object in the last line; peers print what they like before it."""
    lines = said.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else None
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        msg = f"`{whose}` ended without a line of JSON:\n{_tail(said)}"
        raise Failed(msg)
    return found


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-lines:])
