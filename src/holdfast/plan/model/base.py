"""What every part of the plan's format has in common, and how alternatives are told apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Discriminator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from holdfast.kernel.errors import nearest
from holdfast.plan.model.refusals import refuse, shown


class Part(BaseModel):
    """A mapping of the plan: immutable, with no other keys than its own."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, serialize_by_alias=True, arbitrary_types_allowed=True
    )


def keys_of(part: type[Part]) -> list[str]:
    """Return a part's keys as they are written in the plan."""
    return [field.alias or name for name, field in part.model_fields.items()]


class Alternatives(ABC):
    """Metadata of a union: looks at the mapping first, and so chooses and refuses in the plan's own words."""

    def __init__(self, what: str, *words: str) -> None:
        self.what = what
        self.words = words

    @abstractmethod
    def chosen(self, value: object) -> str | None:
        """Return the tag of the alternative; tags start with `@`, so that none can be taken for a key."""

    @abstractmethod
    def checked(self, value: object) -> object:
        """Refuse a value that is none of the alternatives."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        union = Discriminator(self.chosen).__get_pydantic_core_schema__(source, handler)
        return core_schema.no_info_before_validator_function(self.checked, union)


class ByKey(Alternatives):
    """Alternatives told apart by which of the words is among the keys."""

    def chosen(self, value: object) -> str | None:
        """Return the tag of the first word that is a key, or nearly one."""
        if isinstance(value, Part):
            return next(f"@{word}" for word in self.words if word in keys_of(type(value)))
        if not isinstance(value, Mapping):
            return None
        present = [word for word in self.words if word in value]
        if not present:
            present = [near for key in value if (near := nearest(str(key), self.words)) is not None]
        return f"@{present[0]}" if present else None

    def checked(self, value: object) -> object:
        """Refuse no mapping, a mapping with none of the words, and one with two of them."""
        listed = ", ".join(f"`{word}`" for word in self.words)
        if not isinstance(value, Mapping):
            raise refuse(
                "HF203", f"expected {self.what}, got {shown(value)}", f"a mapping with one of {listed}"
            )
        if self.chosen(value) is None:
            raise refuse("HF213", f"{self.what} needs one of {listed}")
        present = [word for word in self.words if word in value]
        if len(present) > 1:
            both = " and ".join(f"`{word}`" for word in present[:2])
            raise refuse(
                "HF203", f"{self.what} has only one of {listed}", f"{both} are two: write two entries"
            )
        return value


class ByKind(Alternatives):
    """Alternatives told apart by the value of `kind`."""

    def chosen(self, value: object) -> str | None:
        """Return the tag of the kind."""
        kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
        return f"@{kind}" if isinstance(kind, str) and kind in self.words else None

    def checked(self, value: object) -> object:
        """Refuse no mapping, and a kind that is missing or unknown."""
        listed = ", ".join(self.words)
        if not isinstance(value, Mapping):
            raise refuse("HF203", f"expected {self.what}, got {shown(value)}", "a mapping with its `kind`")
        if "kind" not in value:
            raise refuse("HF213", f"{self.what} needs its `kind`", f"one of: {listed}")
        kind = value["kind"]
        if not isinstance(kind, str) or kind not in self.words:
            near = nearest(kind, self.words) if isinstance(kind, str) else None
            fix = f"did you mean `{near}`?" if near else f"expected one of: {listed}"
            noun = self.what.split(" ", 1)[-1]
            raise refuse("HF203", f"{shown(kind)} is no kind of {noun}", fix, into="kind")
        return value
