"""An environment for each peer, and one for ours: made by uv, with its size, its versions and its imports."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.peers.processes import Failed, run

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENTS = HERE / ".envs"
OURS = "holdfast"
BESIDE = ("pandas", "numpy", "pyarrow", "duckdb", "scikit-learn")


@dataclass(frozen=True)
class Peer:
    """A row of peers.toml."""

    name: str
    requires: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Installed:
    """What an environment is.

    Attributes
    ----------
    version : str
        Of the peer itself.
    size_mb : float
        Bytes of all files but compiled bytecode, in MiB.
    packages : int
    beside : str
        What it works with, with versions.
    cold_s, warm_s : float
        What a first import takes with nothing compiled, and the median of five with everything compiled.
    """

    version: str
    size_mb: float
    packages: int
    beside: str
    cold_s: float
    warm_s: float


def peers(text: str | None = None) -> dict[str, Peer]:
    """Return the table of environments.

    Raises
    ------
    ValueError
        Where a row lacks `requires` or `why`, or has more.
    """
    rows = tomllib.loads((HERE / "peers.toml").read_text() if text is None else text)
    found = {}
    for name, row in rows.items():
        if set(row) != {"requires", "why"} or not row["requires"] or not row["why"]:
            msg = f"peers.toml: [{name}] needs `requires` and `why`, and nothing else"
            raise ValueError(msg)
        found[name] = Peer(name, tuple(row["requires"]), row["why"])
    return found


def python_of(name: str) -> Path:
    """Return an environment's interpreter."""
    return ENVIRONMENTS / name / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def runner_of(name: str) -> list[str | Path]:
    """Return the command that measures in an environment."""
    return [python_of(name), "-m", f"bench.peers.runners.{name.replace('-', '_')}"]


def make(name: str, *, anew: bool = False) -> None:
    """Make an environment where there is none (ours: install it again, as its source is now)."""
    python = python_of(name)
    if anew:
        shutil.rmtree(ENVIRONMENTS / name, ignore_errors=True)
    if python.exists() and name != OURS:
        return
    if not python.exists():
        _uv("venv", "--python", "3.11", str(ENVIRONMENTS / name))
    wanted = (
        [str(ROOT), "--constraint", str(ROOT / "constraints.txt"), "--reinstall-package", "holdfast"]
        if name == OURS
        else list(peers()[name].requires)
    )
    _uv("pip", "install", "--compile-bytecode", "--python", str(python), *wanted)


def _uv(*arguments: str) -> None:
    own = ROOT / ".venv" / "bin" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv")
    if uv is None:
        msg = "no uv: run `python3 dev.py try` first, which brings it"
        raise Failed(msg)
    # in an empty folder: the project's own constraints are not for its peers
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            [*_NICE, uv, *arguments, "--quiet"], cwd=elsewhere, check=False, capture_output=True, text=True
        )
    if done.returncode:
        msg = f"uv {arguments[0]} ended with {done.returncode}:\n{done.stderr.strip()}"
        raise Failed(msg)


_NICE = () if sys.platform == "win32" else ("nice", "-n", "10")


def installed(
    name: str, beside: tuple[str, ...] = ("pandas", "numpy", "pyarrow"), times: int = 5
) -> Installed:
    """Look at an environment: its size, its versions, how long its imports take."""
    site = next((ENVIRONMENTS / name / "lib").glob("python3*/site-packages"))
    versions = versions_in([path.name for path in site.glob("*.dist-info")])
    files = [path for path in site.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    imports = [*runner_of(name), "--imports"]
    with tempfile.TemporaryDirectory() as nothing:
        cold = run(imports, PYTHONPYCACHEPREFIX=nothing).said["import_s"]
    warm = median(run(imports).said["import_s"] for _ in range(times))
    return Installed(
        versions.get(name, "?"),
        sum(path.stat().st_size for path in files) / 2**20,
        len(versions),
        ", ".join(f"{each} {versions[each]}" for each in BESIDE if each in versions),
        cold,
        warm,
    )


def versions_in(folders: list[str]) -> dict[str, str]:
    """Return name -> version, from the names of `*.dist-info` folders."""
    found = {}
    for folder in folders:
        match = re.fullmatch(r"(?P<name>.+?)-(?P<version>[^-]+)\.dist-info", folder)
        if match:
            found[re.sub(r"[-_.]+", "-", match["name"]).lower()] = match["version"]
    return found
