"""Identifiers of a CACAO playbook: the same runbook always gets the same ones."""

from __future__ import annotations

import hashlib
import uuid

from holdfast.kernel.ids import derived

EXTENSION = "extension-definition--6b1c3f0e-4f0a-4c58-9d5e-2f1a7c9e8b30"
"""Of what CACAO lacks; it means the same in every playbook that Holdfast writes."""
EXTENSION_VERSION = "1.0.0"
CREATOR = "identity--3f6a1f0c-7d51-4b7e-9a63-0c5d2e8b4a17"
"""Who writes them: Holdfast; no person."""


def playbook_id(runbook: str) -> str:
    """Return the id of a runbook's playbook: a uuid5 in a namespace of our own, as the specification allows.

    Examples
    --------
    >>> playbook_id("drift") == playbook_id("drift")
    True
    """
    return f"playbook--{derived('cacao', runbook)}"


def object_id(kind: str, *path: str) -> str:
    """Return the id of a step or an agent.

    The specification wants a uuid4 for steps. This one has its form, and its bits come from a hash, so that a
    runbook that is written twice is the same file.

    Examples
    --------
    >>> object_id("action", "drift", "look")[:8], object_id("end", "a") != object_id("end", "b")
    ('action--', True)
    """
    hashed = hashlib.sha256("\x1f".join((kind, *path)).encode()).digest()[:16]
    return f"{kind}--{uuid.UUID(bytes=hashed, version=4)}"
