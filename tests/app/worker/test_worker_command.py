"""`holdfast worker`: a process that works, is heard of, and ends well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.store.opening import open_sqlite
from holdfast.store.problems import Workers

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_works_is_heard_of_and_ends_when_told(tmp_path, way):
    environment = {**os.environ, "HOLDFAST_HOME": str(tmp_path), "HOLDFAST_LOG": "error"}
    with subprocess.Popen(
        [HOLDFAST, "worker"], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as started:
        try:
            assert str(tmp_path / "store.db") in started.stdout.readline()
            started.send_signal(way)
            assert started.wait(30) == 0
        finally:
            started.kill()
    store = open_sqlite(tmp_path / "store.db")
    assert Workers(store).every() == [], "one that ended well is no worker any more"
    store.close()
