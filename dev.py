"""Set up and run everything with nothing but Python 3.11: `python3 dev.py try`, `python3 dev.py test`.

The same script serves a newcomer, a contributor and CI. It makes `.venv`, installs into it, and says each
command before it runs it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
VERDICTS = {0: "pass", 1: "fail", 2: "inconclusive"}


def say(text: str) -> None:
    """Print a line at once, so that it stands before the output of what it announces."""
    print(text, flush=True)


def run(*command: str | Path, allowed: Sequence[int] = (0,), env: dict[str, str] | None = None) -> int:
    """Run a command in the repository; leave with its exit code unless that is allowed."""
    shown = " ".join(_shown(part) for part in command)
    say(f"$ {shown}")
    code = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode
    if code not in allowed:
        say(f"dev.py: `{shown}` ended with exit code {code}")
        raise SystemExit(code)
    return code


def _shown(part: str | Path) -> str:
    path = Path(part)
    return str(path.relative_to(ROOT)) if path.is_absolute() and path.is_relative_to(ROOT) else str(part)


def environment() -> dict[str, str]:
    """Return the environment in which the project's own tools run: with `.venv` first on the path."""
    return {
        **os.environ,
        "VIRTUAL_ENV": str(VENV),
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
    }


def install(*groups: str) -> None:
    """Make `.venv` where there is none and install the workspace with the given dependency groups."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- whoever starts this may have an older one
        say(f"dev.py: Holdfast needs Python 3.11 or newer; this is {sys.version.split()[0]}")
        raise SystemExit(3)
    if not (BIN / "python").exists() and not (BIN / "python.exe").exists():
        say("$ python3 -m venv .venv")
        venv.create(VENV, with_pip=True)
    if not shutil.which("uv", path=str(BIN)):
        run(BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.9")
    wanted = [part for group in groups for part in ("--group", group)]
    # --inexact: uv itself lives in the same environment and is not of the project
    run(BIN / "uv", "sync", "--quiet", "--inexact", "--all-packages", *wanted, env=environment())


def try_it(_: argparse.Namespace) -> None:
    """Install, make the data of the triage example and let its plan decide the release."""
    install("examples")
    env = environment()
    run(BIN / "python", "examples/triage/make_data.py", env=env)
    say("")
    code = run(BIN / "holdfast", "check", "examples/triage", allowed=(0, 1, 2), env=env)
    say(f"\nExit code {code}: {VERDICTS[code]}. (0 pass, 1 fail, 2 inconclusive, 3 wrong input)")


def test(options: argparse.Namespace) -> None:
    """Install everything that the tests use and run all checks: style, types, floors, tests."""
    started = time.monotonic()
    install("dev", "notebook", "oracles", "fuzz", "charts", "bench", "engines", "spark", "web")
    programs()
    env = environment()
    types: subprocess.Popen[bytes] | None = None
    if not options.pytest:
        run(BIN / "ruff", "check", env=env)
        run(BIN / "ruff", "format", "--check", env=env)
        say("$ .venv/bin/mypy (beside the tests)")
        # it uses one processor: the tests need not wait for it
        types = subprocess.Popen([BIN / "mypy"], cwd=ROOT, env=env)
    # the slow tests stand together: who is done takes from who is not
    workers = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "worksteal"]
    # every statement is counted only when asked for: it takes the tests a third longer
    coverage = ["--cov", "--cov-report=term:skip-covered"] if options.coverage else []
    run(BIN / "pytest", *workers, *coverage, *options.pytest, env=env)
    if types is not None and types.wait():
        say(f"dev.py: `mypy` ended with exit code {types.returncode}")
        raise SystemExit(types.returncode)
    if not options.pytest and sys.platform == "linux":
        run(BIN / "python", "tests/plan/fuzz_plan.py", "-runs=2000", "-verbosity=0", env=env)
    say(f"all checks passed in {time.monotonic() - started:.0f} s")


@dataclass(frozen=True)
class Program:
    """A program that some tests drive, and that no package index has.

    Attributes
    ----------
    names : tuple of str
        What it may be called on the path.
    packages : tuple of str
        Debian's packages that bring it.
    tests : str
        What is skipped without it.
    """

    names: tuple[str, ...]
    packages: tuple[str, ...]
    tests: str


PROGRAMS = (
    Program(
        ("chromium", "chromium-browser", "google-chrome"),
        ("chromium", "fonts-dejavu-core"),
        "the tests that look at pages",
    ),
    Program(("java",), ("openjdk-17-jre-headless",), "the tests on Spark"),
    Program(("prometheus-alertmanager", "alertmanager"), ("prometheus-alertmanager",), "a real alert"),
)


def programs() -> None:
    """On a CI machine with Debian's packages, install the programs that tests drive.

    Elsewhere nothing is installed: without one, its tests are skipped and say why.
    """
    missing = [each for each in PROGRAMS if not any(shutil.which(name) for name in each.names)]
    if os.environ.get("JAVA_HOME"):
        missing = [each for each in missing if "java" not in each.names]
    if not missing:
        return
    if os.environ.get("CI") != "true" or not shutil.which("apt-get") or os.geteuid() != 0:
        for each in missing:
            say(f"no {each.names[0]} on the path: skipped is {each.tests}")
        return
    run("apt-get", "update", "-qq", allowed=(0, 100))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for each in missing:
        # one by one: what Debian does not have today keeps nothing else away
        run(
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            *each.packages,
            allowed=(0, 100),
            env=quiet,
        )


def cluster(options: argparse.Namespace) -> None:
    """Start or stop a Spark cluster on this machine, to try plans against: a master and two workers."""
    if "start" in options.arguments:
        install("spark")
    run(BIN / "python", "tools/spark_cluster.py", *options.arguments, env=environment())


def fuzz(options: argparse.Namespace) -> None:
    """Fuzz plans, expressions and other tools' files: 20,000 inputs each, then coverage-guided plans."""
    install("dev", "oracles", "fuzz")
    env = {**environment(), "HOLDFAST_FUZZ": str(options.inputs)}
    found = ("tests/plan/test_fuzz.py", "tests/kernel", "tests/plan/lint/test_lint_never_raises.py")
    run(BIN / "pytest", "-q", "-n", "2", *found, "tests/integrations/test_fuzz.py", env=env)
    run(BIN / "python", "tests/plan/fuzz_plan.py", f"-runs={options.inputs}", env=env)


def bench(options: argparse.Namespace) -> None:
    """Run every benchmark, or the named ones, and print their ratios."""
    install("dev", "oracles", "bench", "spark")
    names = options.names or sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    for name in names:
        say(f"\n== {name}")
        run(BIN / "python", "-m", f"bench.{name}", env=environment())


PINS_BEGIN = "# pins: written by `python3 dev.py constraints`"
PINS_END = "# end of pins"


def constraints(_: argparse.Namespace) -> None:
    """Resolve all dependencies anew and write the result, without addresses, where uv and pip read it."""
    project, lock = ROOT / "pyproject.toml", ROOT / "uv.lock"
    text = project.read_text()
    before, after = text.split(PINS_BEGIN)[0], text.split(PINS_END)[1]
    project.write_text(f"{before}{PINS_BEGIN}\nconstraint-dependencies = []\n{PINS_END}{after}")
    lock.unlink(missing_ok=True)
    install("dev")
    exported = subprocess.run(
        [BIN / "uv", "export", "--quiet", "--all-packages", "--all-groups", "--no-hashes",
         "--no-emit-workspace",
         "--no-annotate", "--no-header"],
        cwd=ROOT, env=environment(), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    pins = sorted(line.strip() for line in exported.splitlines() if line.strip())
    (ROOT / "constraints.txt").write_text(
        "# For pip: `pip install -c constraints.txt .` Written by `python3 dev.py constraints`.\n"
        + "".join(f"{pin}\n" for pin in pins)
    )
    listed = "".join(f"  {json.dumps(pin)},\n" for pin in pins)
    project.write_text(f"{before}{PINS_BEGIN}\nconstraint-dependencies = [\n{listed}]\n{PINS_END}{after}")
    say(f"{len(pins)} versions fixed")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    table = {"try": try_it, "test": test, "bench": bench, "cluster": cluster, "fuzz": fuzz,
             "constraints": constraints}  # fmt: skip
    for name, does in table.items():
        command = commands.add_parser(
            name,
            help=(does.__doc__ or "").splitlines()[0],
            description=does.__doc__,
            # the cluster's options are handed on as they are
            prefix_chars="+" if name == "cluster" else "-",
        )
        command.set_defaults(does=does)
        if name == "cluster":
            command.add_argument("arguments", nargs="*", help="start, stop, status, --help")
        if name == "test":
            command.add_argument("pytest", nargs="*", help="only these tests, without the other checks")
            command.add_argument("--coverage", action="store_true", help="say what the tests do not reach")
        if name == "fuzz":
            command.add_argument("--inputs", type=int, default=20_000, help="how many for each property")
        if name == "bench":
            command.add_argument("names", nargs="*", help="files of bench/, without .py")
    options = parser.parse_args()
    options.does(options)


if __name__ == "__main__":
    main()
