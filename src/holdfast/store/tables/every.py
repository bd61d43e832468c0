"""All tables together: importing this fills the metadata."""

from __future__ import annotations

from holdfast.store.tables.access import people
from holdfast.store.tables.base import metadata
from holdfast.store.tables.vault import vault_objects
from holdfast.store.tables.work import timers

# named, so that nothing that only looks unused is taken away
SUBJECTS = (people, timers, vault_objects)

__all__ = ["SUBJECTS", "metadata"]
