"""What happens to what lies in the vault: the chain of custody. Nothing of a content stands in these facts.

The stream is `vault/` and the scope: an incident's id, a report, or the workspace.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed

Kind = Literal["file", "trace", "query", "snapshot"]
Act = Literal["hold", "lift", "erase"]
SCOPE = "Whose key: an incident's id, a report's, or `workspace`."
OBJECT = "The object in the vault."


class EvidenceAdded(Event):
    """Something was put into the vault: a file, a trace, the result of a query, a snapshot.

    Its name, why it was added and its SHA-256 are sealed too: a name may tell a person, and a digest lets a
    short content be guessed and tried.
    """

    scope: str = Field(description=SCOPE)
    content: Sealed = Field(description="The content: where it lies, and the commitment to all its bytes.")
    digest: Sealed = Field(description="Its SHA-256, as `sha256:` and 64 hexadecimal digits.")
    name: Sealed = Field(description="What it is called, made safe as a file's name.")
    why: Sealed = Field(description="Why it is kept, in the words of who added it.")
    kind: Kind = Field(description="What it is.")
    media: str = Field(description="Its media type, told from its content and never from its name.")
    size: int = Field(description="Bytes.")


class EvidenceOpened(Event):
    """Somebody was given a content of the vault, or its redacted view: recorded before the first byte."""

    scope: str = Field(description=SCOPE)
    object: str = Field(description=OBJECT)
    how: Literal["viewed", "downloaded", "exported"] = Field(description="In which way.")
    part: Literal["original", "view"] = Field(description="The content, or its redacted view.")


class RedactedViewMade(Event):
    """Passages of a text were covered: from now on the text with the covers is what is shown.

    The original stays for those who may see it, unless it is redacted too.
    """

    scope: str = Field(description=SCOPE)
    object: str = Field(description="The text: of a fact, or a file of text.")
    view: Sealed = Field(description="The text with the covers.")
    spans: list[tuple[int, int]] = Field(description="What is covered: first and after-last character.")
    why: Sealed = Field(description="Why.")


class ContentRedacted(Event):
    """A content was taken out of the vault for good, with its SHA-256; a redacted view of it stays.

    Recorded first, then carried out: a process that dies in between leaves it to the next one.
    """

    scope: str = Field(description=SCOPE)
    object: str = Field(description=OBJECT)
    also: list[str] = Field(description="What went with it: its sealed SHA-256.")
    why: Sealed = Field(description="Why.")


class VaultActAsked(Event):
    """Somebody asked for what takes two persons: a legal hold, its lifting, the erasure of a scope.

    A hold that is asked for holds at once; the other two wait for the second person.
    """

    scope: str = Field(description=SCOPE)
    act: Act = Field(description="`hold`, `lift` or `erase`.")
    why: Sealed = Field(description="Why; sealed under the workspace's key, so that it outlives an erasure.")


class VaultActDropped(Event):
    """What was asked for was withdrawn by who asked, or refused by somebody else: it does not happen."""

    scope: str = Field(description=SCOPE)
    act: Act = Field(description="`hold`, `lift` or `erase`.")


class LegalHoldPlaced(Event):
    """A second person confirmed a legal hold: nothing of the scope may be redacted or erased."""

    scope: str = Field(description=SCOPE)
    asked_by: str = Field(description="Who asked for it.")


class LegalHoldLifted(Event):
    """A second person confirmed that a legal hold ends."""

    scope: str = Field(description=SCOPE)
    asked_by: str = Field(description="Who asked for it.")


class ScopeErased(Event):
    """A second person confirmed the erasure: the scope's key is destroyed, and with it all that it opened.

    Recorded first, then carried out: a process that dies in between leaves it to the next one. The chain
    verifies as before; it never held what is gone.
    """

    scope: str = Field(description=SCOPE)
    asked_by: str = Field(description="Who asked for it.")


class ScopeExported(Event):
    """Somebody was given all of a scope as a file that verifies offline: recorded before its first byte."""

    scope: str = Field(description=SCOPE)
    objects: list[str] = Field(description="The pieces of evidence whose content is in it.")


class MasterKeyChanged(Event):
    """All keys of the vault were wrapped anew by a new master key: copies of the old one open nothing new."""

    key: str = Field(description="The new key's name: it tells keys apart and says nothing of them.")
    scopes: int = Field(description="How many keys were wrapped anew.")


EVENTS: tuple[type[Event], ...] = (
    EvidenceAdded,
    EvidenceOpened,
    RedactedViewMade,
    ContentRedacted,
    VaultActAsked,
    VaultActDropped,
    LegalHoldPlaced,
    LegalHoldLifted,
    ScopeErased,
    ScopeExported,
    MasterKeyChanged,
)
"""Every fact of the vault."""
