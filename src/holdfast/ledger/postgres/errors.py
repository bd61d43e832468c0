"""What PostgreSQL says, and what it means for a ledger: one table, proven total by a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.kernel.addresses import Address
from holdfast.kernel.errors import LedgerError
from holdfast.ledger.meanings import Meaning

if TYPE_CHECKING:
    import psycopg

UNREACHABLE = Meaning(
    "HF403",
    "the ledger's database cannot be reached; nothing more was recorded",
    "see that PostgreSQL runs and takes connections there; what was acknowledged before is safe",
)
NOT_ALLOWED = Meaning(
    "HF403",
    "the ledger's database does not let this user in or write; nothing more was recorded",
    "correct user, password or privileges: the user makes tables in its schema and writes to them",
)
READ_ONLY = Meaning(
    "HF403",
    "the ledger's database takes no writes; nothing more was recorded",
    "connect to the primary and not to a replica",
)
ABSENT = Meaning(
    "HF403",
    "the ledger's database is not there",
    "make it with `createdb`, or correct the name in `--ledger`; Holdfast makes its tables by itself",
)
STORAGE = Meaning(
    "HF403",
    "the database's storage failed, so the ledger cannot be written; nothing more was recorded",
    "look at the server's log; what was acknowledged before is safe",
)
LOCKED = Meaning(
    "HF404",
    "the ledger is locked by another process; nothing more was recorded",
    "try again; if it stays, look into pg_stat_activity for a session that hangs",
)
FULL = Meaning(
    "HF405",
    "there is no room to write to the ledger; nothing more was recorded",
    "make room on the database's disk or raise its limits; what was acknowledged before is safe",
)
DAMAGED = Meaning(
    "HF406",
    "the ledger is damaged",
    "do not write to its tables; `holdfast ledger verify` says what does not fit; compare it with a backup",
)
SECOND = Meaning(
    "HF407",
    "somebody else appended first, past the lock that writers hold",
    "load it again and decide again; if it stays, look for a program that writes to `events` by itself",
)

CLASSES: dict[str, Meaning] = {
    "02": DAMAGED,  # no data
    "03": DAMAGED,  # SQL statement not yet complete
    "08": UNREACHABLE,  # connection
    "09": DAMAGED,  # triggered action: somebody's own trigger
    "0A": STORAGE,  # feature not supported: what speaks the protocol is no PostgreSQL
    "0B": STORAGE,  # invalid transaction initiation
    "0F": DAMAGED,  # locator
    "0L": NOT_ALLOWED,  # invalid grantor
    "0P": NOT_ALLOWED,  # invalid role specification
    "0Z": DAMAGED,  # diagnostics
    "10": DAMAGED,  # XQuery
    "20": DAMAGED,  # case not found
    "21": DAMAGED,  # cardinality
    "22": DAMAGED,  # data: our values are right, so a column is of another type
    "23": DAMAGED,  # integrity, but for the one below
    "24": STORAGE,  # cursor state
    "25": STORAGE,  # transaction state
    "26": STORAGE,  # a prepared statement that is not there: a pooler that mixes sessions
    "27": DAMAGED,  # triggered data change
    "28": NOT_ALLOWED,  # authorization
    "2B": NOT_ALLOWED,  # dependent privileges
    "2D": STORAGE,  # transaction termination
    "2F": DAMAGED,  # SQL routine
    "34": STORAGE,  # cursor name
    "38": DAMAGED,  # external routine
    "39": DAMAGED,  # external routine invocation
    "3B": STORAGE,  # savepoint
    "3D": ABSENT,  # no such database
    "3F": ABSENT,  # no such schema
    "40": LOCKED,  # rolled back for the sake of another transaction
    "42": DAMAGED,  # our statements are right: a table or column that they name is gone
    "44": DAMAGED,  # with check option
    "53": FULL,  # resources
    "54": FULL,  # limits
    "55": LOCKED,  # object not in the needed state
    "57": UNREACHABLE,  # an operator stepped in
    "58": STORAGE,  # outside of PostgreSQL
    "72": STORAGE,  # snapshot too old
    "F0": STORAGE,  # configuration file
    "HV": STORAGE,  # foreign data wrapper
    "P0": DAMAGED,  # raised by a trigger: a fact was to be changed
    "XX": DAMAGED,  # internal error, corrupted data or index
}
"""SQLSTATE class -> what it means."""

STATES: dict[str, Meaning] = {
    "23505": SECOND,  # the pair (stream, version), or the seq, is there already
    "25006": READ_ONLY,
    "42501": NOT_ALLOWED,
    "53300": UNREACHABLE,  # too many connections
    "57014": LOCKED,  # cancelled: it took too long
}
"""The SQLSTATEs that mean something else than their class."""

LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
"""The server ends the session, or does not take any for a moment."""


def meaning(error: psycopg.Error) -> Meaning:
    """Return what an error of PostgreSQL or of its driver means."""
    state = error.sqlstate
    if state is None:  # the driver's own: there is no connection any more, or there never was
        return NOT_ALLOWED if _about_the_user(str(error)) else _without_state(str(error))
    return STATES.get(state) or CLASSES.get(state[:2], STORAGE)


def _without_state(said: str) -> Meaning:
    return ABSENT if 'database "' in said and "does not exist" in said else UNREACHABLE


def _about_the_user(said: str) -> bool:
    return any(word in said for word in ("authentication", "password", 'role "', "pg_hba"))


def refusal(error: psycopg.Error, address: Address) -> LedgerError:
    """Return the error to raise in place of PostgreSQL's; the password is not in it."""
    said = str(error).strip().partition("\n")[0] or type(error).__name__
    return meaning(error).refusal(address.hidden(said), address.shown)
