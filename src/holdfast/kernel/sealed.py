"""Words that a person wrote, as a fact holds them: not the words, but where they lie and a proof of them."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

COMMITMENT = re.compile(r"^sha256:[0-9a-f]{64}$")
SALT_BYTES = 16


class Sealed(BaseModel):
    """A text that lies in the vault; a fact holds only this.

    Once the vault has forgotten the text and its salt, nobody can find out from a fact what it said: the
    commitment is salted, so that a text cannot be guessed and tried.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")] = Field(
        description="Where the text lies in the vault."
    )
    commitment: Annotated[str, Field(pattern=COMMITMENT.pattern)] = Field(
        description="SHA-256 over a salt, which lies with the text, and the text's UTF-8."
    )


def commitment_of(salt: bytes, content: bytes) -> str:
    """Return the commitment to a content: `sha256:` and 64 hexadecimal digits of SHA-256(salt || content).

    Examples
    --------
    >>> commitment_of(bytes(16), b"all clear")[:19]
    'sha256:724bdce6a55f'
    """
    return "sha256:" + hashlib.sha256(salt + content).hexdigest()
