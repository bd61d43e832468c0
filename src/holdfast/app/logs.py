"""Logs: a JSON object a line on standard error; ids and figures, never what a person wrote or a secret."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

from holdfast.kernel.clock import iso

LEVELS = ("debug", "info", "warning", "error")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: when, how grave, who says it, what; then the figures that came with it."""
        line: dict[str, object] = {
            "at": iso(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        told = getattr(record, "told", None)
        if isinstance(told, dict):
            line.update(told)
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            # the message of an error may repeat what somebody sent: only its kind and place are written
            line["error"] = kind.__name__
            line["where"] = [f"{each.name} {each.lineno}" for each in traceback.extract_tb(trace)][-6:]
        return json.dumps(line, ensure_ascii=True, default=str)


def start_logs(level: str) -> None:
    """Write what this process has to say as JSON lines on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("holdfast").setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
