"""The command `holdfast serve`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application

DEFAULT_PORT = 4653
"""HOLD on a telephone."""


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; others than this machine's own let others in.",
)
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes any that is free.",
)
@click.option(
    "--worker/--no-worker",
    "works",
    default=True,
    help="Whether this process also runs policies, timers and deliveries; `holdfast worker` does only that.",
)
@click.argument("plans", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def serve(application: Application, plans: tuple[Path, ...], host: str, port: int, works: bool) -> None:
    """Serve the pages and the API, for the systems of PLANS: files or folders.

    Without any it is the plan of this folder; where there is none, the room works all the same.
    Everything is kept under `.holdfast/` unless told otherwise; nothing else is needed. Stop it with Ctrl C:
    what is under way ends, nothing is lost.
    """
    from holdfast.app.http.making import make_app
    from holdfast.app.http.running import address, is_loopback, listen, run
    from holdfast.app.logs import start_logs
    from holdfast.app.worker.duties import make_worker

    application.plan_paths = plans
    made = listen(host, port)
    start_logs(application.settings.server.log or ("warning" if sys.stderr.isatty() else "info"))
    # for which names it answers is access's to say: its guard stands before every request
    app = make_app(application, worker=make_worker(application) if works else None)

    def ready() -> None:
        click.echo(f"Holdfast is ready: {address(made)}")
        link, where = application.access.first_link(), application.address or address(made)
        if link is not None:
            click.echo(f"Nobody has come in yet. Become its owner, once: {where}{link.path}")
        if not is_loopback(host):
            click.echo(f"Others can reach it: it listens on {host}. They sign in over TLS only.", err=True)
        sys.stdout.flush()

    try:
        with made:
            run(app, made, ready)
    finally:
        application.close()
