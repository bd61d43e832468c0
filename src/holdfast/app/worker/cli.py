"""The command `holdfast worker`."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application


@click.command()
@click.pass_obj
def worker(application: Application) -> None:
    """Run policies, timers and deliveries.

    `holdfast serve` has a worker of its own. This one is for teams: any number of servers and workers share
    one PostgreSQL. Stop it with Ctrl C: what is begun is finished.
    """
    from holdfast.app.logs import start_logs
    from holdfast.app.worker.duties import make_worker

    start_logs(application.settings.server.log or ("warning" if sys.stderr.isatty() else "info"))
    ended = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    made = make_worker(application)
    application.appended.append(made.poke)
    made.start()
    click.echo(f"The worker works on {application.store.place}.")
    sys.stdout.flush()
    ended.wait()
    made.stop()
    application.close()
