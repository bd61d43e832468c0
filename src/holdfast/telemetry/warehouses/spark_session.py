"""A process' one Spark session: started, shared, watched and ended.

Spark's driver is a Java process beside this one, and a process has one driver at most. What Java says goes
to a file, which stays where something went wrong.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import socket
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, ClassVar, TypeVar
from urllib.parse import urlsplit

from holdfast.telemetry.warehouses.addresses import Address
from holdfast.telemetry.warehouses.warehouse import WarehouseError, first_line

if TYPE_CHECKING:
    from pyspark import SparkConf, SparkContext

CONNECTING = 5.0
"""Seconds within which a master must take up a connection; Spark itself would try for a minute."""
WITHOUT_EXECUTORS = 120.0
"""Seconds for which a query waits for a process that computes, at most; a cluster that grows by need takes
a minute or two."""
LOCAL, CONFIGURED = "local", "default"
"""Hosts of addresses: Spark inside this machine, and the master that `spark-defaults.conf` names, if any."""

_OF_A_QUERY: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.ansi.enabled": "true",
    # texts of a plan are texts: no variable, no pattern and no escape is looked for in them
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.quotedRegexColumnNames": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.groupByOrdinal": "true",
}
_UNLESS_SAID: Mapping[str, str] = {
    "spark.app.name": "holdfast",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

T = TypeVar("T")


class SparkSession:
    """A session of our own in the process' Spark: its settings are no other session's.

    Parameters
    ----------
    address : Address
        `spark://host:port`, `spark://local` or `spark://default`.

    Raises
    ------
    WarehouseError
        `driver`, `java`, `unreachable`.
    """

    def __init__(self, address: Address) -> None:
        if find_spec("pyspark") is None:
            raise WarehouseError("driver", "holdfast[spark]")
        from pyspark import SparkContext
        from pyspark.sql import SparkSession as Session

        master = _master_of(address)
        context = SparkContext._active_spark_context  # none is started by looking
        if context is None:
            _Driver.running = _Driver.start(master)
            context = _Driver.running.context
        elif master not in (None, context.master):
            said = f"this process computes on {context.master} already, and can have one Spark"
            raise WarehouseError("unreachable", said)
        self._context = context
        self._lost = False
        self._alone = str(context.master).startswith("local")
        with telling():
            self.session = Session(context).newSession()
            for name, value in _OF_A_QUERY.items():
                self.session.conf.set(name, value)

    def watched(self, ask: Callable[[], T], seconds: float) -> T:
        """Return an answer, unless it takes too long or nobody is left to compute it.

        Raises
        ------
        WarehouseError
            `slow`, `lost`, or what Spark says.
        """
        group = f"holdfast-{uuid.uuid4()}"
        answers: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                self._context.setJobGroup(group, "holdfast")
                with warnings.catch_warnings():
                    # pyspark leaves the socket of an answer to whoever collects what nobody refers to
                    warnings.simplefilter("ignore", ResourceWarning)
                    answers.append(ask())
            except BaseException as error:  # noqa: BLE001 -- it is raised where the answer is waited for
                errors.append(error)

        from pyspark import InheritableThread

        thread = InheritableThread(target=run, daemon=True)
        thread.start()
        try:
            self._wait(thread, seconds)
            if errors:
                with telling():
                    raise errors[0]
        except BaseException as error:  # control-C among them
            self._cancel(group)
            self._lost = isinstance(error, WarehouseError) and error.trouble == "lost"
            raise
        return answers[0]

    def close(self) -> None:
        """End Spark where it is lost, so that the next session starts another; else it goes on for others."""
        if self._lost:
            end_spark()

    def _wait(self, thread: threading.Thread, seconds: float) -> None:
        started = computed = time.monotonic()
        while thread.is_alive():
            thread.join(0.5)
            now = time.monotonic()
            if now - started > seconds:
                raise WarehouseError("slow")
            if self._alone or self._executors():
                computed = now
            elif now - computed > min(WITHOUT_EXECUTORS, seconds):
                said = f"for {now - computed:.0f} s no executor: its workers ended, or others use all of them"
                raise WarehouseError("lost", said)

    def _executors(self) -> int:
        """Return how many processes compute for us; the driver is counted by Spark and not here."""
        with telling():
            return int(self._context._jsc.sc().getExecutorMemoryStatus().size()) - 1

    def _cancel(self, group: str) -> None:
        with suppress(Exception):  # what is gone need not be cancelled
            self._context.cancelJobGroup(group)


class _Driver:
    """The Java process that this one started, and the file that it talks to."""

    running: ClassVar[_Driver | None] = None

    def __init__(self, context: SparkContext, log: Path) -> None:
        self.context, self.log = context, log

    @classmethod
    def start(cls, master: str | None) -> _Driver:
        """Start Spark's driver against a master.

        Raises
        ------
        WarehouseError
            `java`: there is none. `unreachable`: nobody listens, or no master of Spark.
        """
        from pyspark import SparkConf, SparkContext, __version__
        from pyspark.java_gateway import launch_gateway

        _refuse_without_java()
        if master is not None and master.startswith("spark://"):
            _refuse_unreachable(master)
        number, name = tempfile.mkstemp(prefix="holdfast-spark-", suffix=".log")
        interrupted = signal.getsignal(signal.SIGINT)
        try:
            with os.fdopen(number, "wb") as log:
                gateway = launch_gateway(None, {"stdout": log, "stderr": log})  # type: ignore[no-untyped-call] # as it is in pyspark
            SparkContext._ensure_initialized(gateway=gateway)
            context = SparkContext(conf=_configured(SparkConf(), master), gateway=gateway)
            if context._jsc.sc().isStopped():  # whoever does not register in a minute is stopped silently
                said = f"it answers, but not as a master of Spark {__version__} would; see {name}"
                raise WarehouseError("unreachable", said)
        except WarehouseError:
            _end_java()
            raise
        except Exception as error:  # noqa: BLE001 -- whatever Java and Spark do, it is one line
            _end_java()
            raise WarehouseError("unreachable", f"{said_by(error)}; see {name}") from None
        finally:
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGINT, interrupted)  # Spark puts a handler of its own there
        driver = cls(context, Path(name))
        atexit.register(driver.end)
        return driver

    def end(self) -> None:
        """End the driver."""
        with warnings.catch_warnings(), suppress(Exception):
            warnings.simplefilter("ignore")  # it may have ended by itself, which is why it is ended
            self.context.stop()
        _end_java()
        self.log.unlink(missing_ok=True)
        _Driver.running = None


def end_spark() -> None:
    """End the Spark that sessions of this process started; one that was there before goes on."""
    if _Driver.running is not None:
        _Driver.running.end()


def _end_java() -> None:
    """End the Java process and forget it, so that the next session starts another one."""
    from pyspark import SparkContext

    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    SparkContext._active_spark_context = None
    if gateway is None or gateway.proc is None:
        return
    with suppress(Exception):
        gateway.shutdown()
    with suppress(OSError):
        gateway.proc.stdin.close()  # which is how it learns that nobody needs it any more
    try:
        gateway.proc.wait(10)
    except TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()


def _master_of(address: Address) -> str | None:
    """Return the master that an address names; None where the configuration names it.

    Examples
    --------
    >>> [_master_of(Address("spark", "lake", 7077)), _master_of(Address("spark", "local"))]
    ['spark://lake:7077', 'local[*]']
    """
    if address.port is None and address.host in {LOCAL, CONFIGURED}:
        return "local[*]" if address.host == LOCAL else None
    return f"spark://{address.host}:{address.port or 7077}"


def _configured(conf: SparkConf, master: str | None) -> SparkConf:
    """Return the user's configuration with what it does not say."""
    if master is not None:
        conf.setMaster(master)
    told = conf.get("spark.master", "") or ""
    if told.startswith("local"):
        # two hundred parts are for many machines
        conf.setIfMissing("spark.sql.shuffle.partitions", str(os.cpu_count() or 1))
    if told.startswith("local") or _host_of(told) in {"localhost", "127.0.0.1", "::1"}:
        # the cluster is on this machine, so the driver need not be heard by others
        conf.setIfMissing("spark.driver.host", "127.0.0.1")
        conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1")
    for name, value in _UNLESS_SAID.items():
        conf.setIfMissing(name, value)
    return conf


def _host_of(master: str) -> str:
    return (urlsplit(master).hostname or "") if master.startswith("spark://") else ""


def _refuse_without_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which(str(Path(home) / "bin" / "java") if home else "java") is None:
        where = f"JAVA_HOME is {home}, which has no bin/java" if home else "no `java` is on the path"
        raise WarehouseError("java", where)


def _refuse_unreachable(master: str) -> None:
    parts = urlsplit(master)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 7077), CONNECTING).close()
    except OSError as error:
        raise WarehouseError("unreachable", error.strerror or str(error)) from None


@contextmanager
def telling() -> Iterator[None]:
    """Say in a line what Spark says in a page.

    Raises
    ------
    WarehouseError
        `lost`: the driver is gone. `query`: everything else.
    """
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JJavaError, PySparkException) as error:
        said = said_by(error)
        gone = "SparkContext was shut down" in said or "stopped SparkContext" in said
        raise WarehouseError("lost" if gone else "query", said) from error
    except (Py4JError, OSError) as error:
        raise WarehouseError("lost", "Spark's driver ended") from error


def said_by(error: BaseException) -> str:
    r"""Return what went wrong, out of a stack of Java's: the innermost cause, without its class.

    Examples
    --------
    >>> said_by(RuntimeError("An error.\n: a.B: job failed\n at x\nCaused by: java.io.IOException: no disk"))
    'no disk'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    causes += [line for line in lines if line.startswith(": ")][:1] if not causes else []
    line = (causes or lines or [type(error).__name__])[-1 if causes else 0]
    line = re.sub(r"^(Caused by: |: )?([\w$]+\.)+[\w$]+: ", "", line)
    return first_line(RuntimeError(re.sub(r"^\[[A-Z_.]+\] |[;.]? SQLSTATE: \w+.*$", "", line)))
