"""The frameworks that a plan's `maps_to` may name, read once from the TOML files beside this one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from holdfast.kernel.errors import nearest

Verified: TypeAlias = Literal["read", "secondary", "memory"]
FILES = (
    "nist-ai-rmf",
    "iso-42001",
    "owasp-llm-2026",
    "owasp-llm-2025",
    "owasp-agentic",
    "mitre-atlas",
    "nist-ai-600-1",
)
"""In the order in which they are shown; each is the name of a file."""
SAYS: dict[Verified, str] = {
    "read": "read in a stored copy",
    "secondary": "read on a secondary page only",
    "memory": "from memory, unverified",
}
"""How far an entry can be trusted -> in words."""


@dataclass(frozen=True)
class Entry:
    """One thing that a framework names.

    Attributes
    ----------
    id : str
        As a plan writes it: `OWASP-LLM01:2026`.
    title : str
        Its title, or a short one of our own.
    group : str
        The part of the framework; empty where it has none.
    verified : str
        Where id and title were read: `read`, `secondary` or `memory`.
    """

    id: str
    title: str
    group: str
    verified: Verified


@dataclass(frozen=True)
class Framework:
    """A framework, one edition of it.

    Attributes
    ----------
    form : str
        An id as a plan writes it.
    note : str
        Where it was read, and what else must be known to use it.
    """

    id: str
    name: str
    form: str
    note: str
    entries: tuple[Entry, ...]


@cache
def all_frameworks() -> tuple[Framework, ...]:
    """Return every framework."""
    return tuple(map(_read, FILES))


@cache
def _by_id() -> dict[str, Entry]:
    return {entry.id: entry for framework in all_frameworks() for entry in framework.entries}


def find_entry(reference: str) -> Entry | None:
    """Return what a reference names, or None.

    Examples
    --------
    >>> find_entry("OWASP-LLM03:2026").title, find_entry("OWASP-LLM03:2025").title
    ('Excessive Agency', 'Supply Chain')
    >>> find_entry("OWASP-LLM03") is None
    True
    """
    return _by_id().get(reference)


def meant(reference: str) -> str:
    """Return what somebody may have meant who wrote a reference that no framework has; empty where unclear.

    Examples
    --------
    >>> meant("NIST-AI-RMF:MEASURE-2.77")
    'did you mean `NIST-AI-RMF:MEASURE-2.7` (Security and resilience)?'
    >>> meant("OWASP-LLM01")
    'say which year: `OWASP-LLM01:2026` (Prompt Injection) or `OWASP-LLM01:2025` (Prompt Injection)'
    >>> meant("our own rule 7")
    ''
    """
    known = _by_id()
    years = [entry for name, entry in known.items() if name.startswith(f"{reference}:20")]
    if years:
        return "say which year: " + " or ".join(f"`{entry.id}` ({entry.title})" for entry in years)
    near = nearest(reference, list(known))
    return "" if near is None else f"did you mean `{near}` ({known[near].title})?"


def _read(name: str) -> Framework:
    told = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    usual = told["verified"]
    entries = tuple(
        Entry(one["id"], one["title"], one["group"], one.get("verified", usual)) for one in told["entries"]
    )
    return Framework(told["id"], told["name"], told["form"], told["note"], entries)
