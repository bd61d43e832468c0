"""A worker of the workspace in the present folder, to be killed; its leases are short."""

from __future__ import annotations

import sys
from datetime import timedelta

from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.app.worker.duties import duties
from holdfast.app.worker.working import Worker


def main() -> None:
    application = Application(read_settings({}))
    lease = timedelta(seconds=1)
    worker = Worker(application.ledger, application.store, application.clock, duties(application), lease)
    worker.start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
