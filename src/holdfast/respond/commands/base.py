"""What commands to an incident have in common. They carry plain words; facts only hold them sealed."""

from __future__ import annotations

from typing import Annotated, ClassVar, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from holdfast.kernel.text import unicode

LONGEST = 20_000
"""Characters of a text that a person writes."""


def _written(text: str) -> str:
    kept = unicode(text).replace("\r\n", "\n").strip()
    if not kept:
        msg = "the text is empty"
        raise ValueError(msg)
    return kept


Words = Annotated[str, Field(max_length=LONGEST), AfterValidator(_written)]
"""What a person writes: plain text, kept sealed."""
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
"""A name that something is referred to by."""
Who = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:@-]{1,80}$")]
"""An actor's opaque id, a group of the plan, or `role:` and a role of the incident."""
Place = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,6})?$")]
"""A jurisdiction: EU, US-CA."""
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/#@-]{0,199}$")]
"""The id of evidence: of the vault, of the ledger (`seq:41`), of another system. Never a sentence."""
Moment = AwareDatetime


class Command(BaseModel):
    """Something that is asked of an incident.

    Its fields are the body of the API's request and what the command line reads; one definition for all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    NAME: ClassVar[str]
    """What the API and the command line call it."""

    def subject(self) -> str | None:
        """Return what it changes; None where it only adds something, which is never stale."""
        return None

    def words(self) -> list[str]:
        """Return everything that a person wrote: what is sealed, all of it in one go."""
        found = (getattr(self, name) for name, field in type(self).model_fields.items() if _in_words(field))
        return [text for text in found if isinstance(text, str)]


def _in_words(field: FieldInfo) -> bool:
    """Return whether a field's type is `Words`, or `Words | None`."""
    inner = (each for part in get_args(field.annotation) for each in getattr(part, "__metadata__", ()))
    checks = (*field.metadata, *inner)
    return any(isinstance(each, AfterValidator) and each.func is _written for each in checks)
