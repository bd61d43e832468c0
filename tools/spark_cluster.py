"""A Spark cluster on this machine, to try plans against: `python3 dev.py cluster start`.

A master and worker processes of Spark's own standalone mode, as they run on many machines, here all on the
loopback address. Nothing is installed: the processes come from the pyspark package and need Java 17 or 21.
Whoever may open a port of this machine may run programs on the cluster as the user who started it, which is
how Spark comes: do not leave it running on a machine that others share.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
READY_WITHIN = 90.0
"""Seconds that a cluster may take to start; a machine with two busy cores took 12."""
ENDED_WITHIN = 15.0
JAVA = 17
"""The oldest Java that Spark 4 runs on."""
_SAVED = "cluster.json"


@dataclass(frozen=True)
class Cluster:
    """A cluster that was started: what it takes to find it and to end it.

    Attributes
    ----------
    url : str
        What a plan says: `spark://127.0.0.1:7077`.
    page : str
        The master's page, which also answers in JSON.
    token : str
        Stands in the command line of each of its processes, so that no other is ever ended for it.
    workers : int
    processes : mapping of str to int
        Name -> process id.
    """

    url: str
    page: str
    token: str
    workers: int
    processes: Mapping[str, int]


class ClusterError(Exception):
    """What stands in the way, in one line."""


def start(folder: Path, port: int, workers: int, cores: int, memory: str) -> Cluster:
    """Start a master and its workers and wait until they know each other.

    Parameters
    ----------
    folder : Path
        Where their logs and working files go, and what `stop` and `status` read.
    port : int
        The master's port; 0 for any that is free.
    workers, cores, memory : int, int, str
        How many workers, and what each of them may give away: `1g`.

    Raises
    ------
    ClusterError
        One runs already, there is no Java or no pyspark, the port is taken, or a process ended.
    """
    running = read(folder)
    if running is not None and any(_alive(running).values()):
        raise ClusterError(f"a cluster of this folder runs already at {running.url}: end it with `stop`")
    home, java_home = _spark_home(), java()
    if port and not _free(port):
        raise ClusterError(f"port {port} of {HOST} is taken: choose another with --port, or 0 for any")
    port = port or _any_port()
    page = _any_port()
    token = uuid.uuid4().hex
    folder.mkdir(parents=True, exist_ok=True)
    environment = _environment(folder, home, java_home, token)
    url = f"spark://{HOST}:{port}"
    commands: dict[str, tuple[str, ...]] = {
        "master": ("master.Master", "--host", HOST, "--port", str(port), "--webui-port", str(page)),
    }
    for place in range(1, workers + 1):
        commands[f"worker-{place}"] = (
            "worker.Worker", "--host", HOST, "--cores", str(cores), "--memory", memory, "--webui-port", "0",
            "--work-dir", str(folder / f"worker-{place}"), url,
        )  # fmt: skip
    cluster = Cluster(url, f"http://{HOST}:{page}", token, workers, {})
    try:
        for name, (class_, *arguments) in commands.items():
            command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{class_}", *arguments]
            with (folder / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip
            cluster = Cluster(url, cluster.page, token, workers, {**cluster.processes, name: process.pid})
            # written after each: what is started is found again, whatever happens next
            (folder / _SAVED).write_text(json.dumps(asdict(cluster)))
            if name == "master":
                _await(folder, cluster, workers=0)
        _await(folder, cluster, workers)
    except BaseException:
        _end(folder, cluster, lambda pid: not _ended(pid))
        raise
    return cluster


def stop(folder: Path) -> bool:
    """End the processes that `start` started here, and no others; return whether there were any."""
    cluster = read(folder)
    if cluster is None:
        return False
    found = any(_alive(cluster).values())
    _end(folder, cluster, lambda pid: _is_of(cluster, pid))
    return found


def _end(folder: Path, cluster: Cluster, lives: Callable[[int], bool]) -> None:
    for sent, patience in ((signal.SIGTERM, ENDED_WITHIN), (signal.SIGKILL, 5.0)):
        left = [pid for pid in cluster.processes.values() if lives(pid)]
        for pid in left:
            # a worker's executors are of its group
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, sent)
        ends = time.monotonic() + patience
        while any(map(lives, left)) and time.monotonic() < ends:
            time.sleep(0.1)
    (folder / _SAVED).unlink(missing_ok=True)


def status(folder: Path) -> str:
    """Return what runs, in a few lines."""
    cluster = read(folder)
    if cluster is None:
        return f"no cluster was started in {folder}"
    alive = _alive(cluster)
    if not any(alive.values()):
        return f"the cluster at {cluster.url} has ended (its logs are in {folder})"
    lines = [f"{cluster.url}   page: {cluster.page}"]
    lines += [
        f"  {name:<9} process {cluster.processes[name]}{'' if lives else ', ended'}"
        for name, lives in alive.items()
    ]
    told = _told(cluster)
    if told is None:
        lines.append("  the master does not answer")
    else:
        lines.append(
            f"  {told['aliveworkers']} of {cluster.workers} workers, {told['coresused']} of {told['cores']}"
            f" cores and {told['memoryused']} of {told['memory']} MB used,"
            f" {len(told['activeapps'])} applications"
        )
    return "\n".join(lines)


def read(folder: Path) -> Cluster | None:
    """Return the cluster that was started in a folder; None where there is none."""
    try:
        return Cluster(**json.loads((folder / _SAVED).read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        msg = f"{folder / _SAVED} is no record of a cluster; if none runs, delete it"
        raise ClusterError(msg) from error


def java() -> str | None:
    """Return the folder of the Java that is used: JAVA_HOME where it is set, or None for the one on the path.

    Raises
    ------
    ClusterError
        There is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else "java"
    if shutil.which(program) is None:
        where = f"JAVA_HOME is {home}, which has no bin/java" if home else "no `java` is on the path"
        advice = "`apt-get install openjdk-17-jre-headless`, `brew install openjdk@17`, or see adoptium.net"
        raise ClusterError(f"Spark needs Java {JAVA}, and {where}: {advice}")
    asked = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', asked.stderr)
    if found is None or int(found[1]) < JAVA:
        said = (asked.stderr.splitlines() or ["nothing"])[0]
        raise ClusterError(f"Spark needs Java {JAVA}; `{program} -version` says: {said}")
    return home


def _spark_home() -> Path:
    spec = find_spec("pyspark")
    if spec is None or not spec.submodule_search_locations:
        raise ClusterError("pyspark is not installed: pip install 'holdfast[spark]'")
    return Path(spec.submodule_search_locations[0])


def _environment(folder: Path, home: Path, java_home: str | None, token: str) -> dict[str, str]:
    """Return the environment of the processes: nothing of another Spark that is installed here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    settings = {
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": HOST,  # the pages listen here too
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_DAEMON_JAVA_OPTS": f"-Dholdfast.cluster={token}",
    }
    return {**kept, **settings, **({"JAVA_HOME": java_home} if java_home else {})}


def _await(folder: Path, cluster: Cluster, workers: int) -> None:
    """Wait until the master says that it has so many workers."""
    ends = time.monotonic() + READY_WITHIN
    while (told := _told(cluster)) is None or told["aliveworkers"] < workers:
        ended = [name for name, pid in cluster.processes.items() if _ended(pid)]
        if ended or time.monotonic() > ends:
            name = ended[0] if ended else list(cluster.processes)[-1]
            log = folder / f"{name}.log"
            lines = log.read_text(errors="replace").splitlines()
            telling = [line for line in lines if re.search(r"Exception|ERROR|rror:", line)] or lines[-1:]
            happened = "ended" if ended else f"was not ready within {READY_WITHIN:.0f} s"
            raise ClusterError(f"{name} {happened} ({log}): {''.join(telling[:1]).strip()}")
        time.sleep(0.2)


def _ended(pid: int) -> bool:
    """Return whether a child has ended; the exec from shell to Java keeps its id."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _alive(cluster: Cluster) -> dict[str, bool]:
    return {name: _is_of(cluster, pid) for name, pid in cluster.processes.items()}


def _is_of(cluster: Cluster, pid: int) -> bool:
    """Return whether a process lives and is of this cluster, not another one that got its number."""
    if Path("/proc/self/environ").exists():
        try:
            # the shell that becomes Java has the token in its environment only
            said = Path(f"/proc/{pid}/environ").read_text(errors="replace")
        except OSError:
            return False
    else:
        command = ["ps", "-E", "-ww", "-o", "command=", "-p", str(pid)]
        said = subprocess.run(command, capture_output=True, check=False).stdout.decode(errors="replace")
    return cluster.token in said


def _told(cluster: Cluster) -> dict[str, Any] | None:
    """Return what the master says of itself; None while it says nothing."""
    try:
        with urllib.request.urlopen(f"{cluster.page}/json/", timeout=5) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError):
        return None


def _free(port: int) -> bool:
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((HOST, port))
        except OSError:
            return False
        return True


def _memory(text: str) -> str:
    if not re.fullmatch(r"\d+[mg]", text):
        raise argparse.ArgumentTypeError(f"`{text}` is no memory: write 512m or 2g")
    return text


def _any_port() -> int:
    with socket.socket() as trying:
        trying.bind((HOST, 0))
        return int(trying.getsockname()[1])


@contextlib.contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except ClusterError as error:
        print(f"cluster: {error}", file=sys.stderr)
        raise SystemExit(3) from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="dev.py cluster", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path(".cluster"), help="where its files go")
    commands = parser.add_subparsers(required=True, dest="command", metavar="start|stop|status")
    starting = commands.add_parser("start", help="start a master and its workers")
    starting.add_argument("--port", type=int, default=7077, help="the master's port; 0 for any (7077)")
    starting.add_argument("--workers", type=int, default=2, help="how many workers (2)")
    starting.add_argument("--cores", type=int, default=1, help="cores of each worker (1)")
    starting.add_argument("--memory", type=_memory, default="1g", help="memory of each worker (1g)")
    commands.add_parser("stop", help="end them")
    commands.add_parser("status", help="say what runs")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    with _in_one_line():
        if options.command == "start":
            start(folder, options.port, options.workers, options.cores, options.memory)
            print(status(folder))
        elif options.command == "stop":
            print("ended" if stop(folder) else "nothing was running")
        else:
            print(status(folder))


if __name__ == "__main__":
    main()
