"""A process that appends, and tells each fact once it is acknowledged."""

from __future__ import annotations

from holdfast.kernel.events import Event


class Ticked(Event):
    """A process appended once more."""

    n: int


APPENDING = """
import sys
sys.path.insert(0, sys.argv[5])
from ledgers import engine_of
from holdfast.kernel.clock import SystemClock
from holdfast.kernel.errors import ConflictError
from holdfast.kernel.events import Event, EventTypes

class Ticked(Event):
    '''A process appended once more.'''
    n: int

url, stream, count, expecting = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "expecting"
types = EventTypes()
types.register(Ticked)
conflicts = 0
with engine_of(url, SystemClock(), types).open_ledger() as ledger:
    n = 0
    while n < count:
        expected = ledger.version(stream) if expecting else None
        try:
            made = ledger.append(stream, [Ticked(n=n)], expected=expected, actor="p")
        except ConflictError:
            conflicts += 1
            continue
        n += 1
        print(made[0].seq, flush=True)
print("conflicts", conflicts, flush=True)
"""
