"""One control of the library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LibraryControl:
    """Something that is known to hold a kind of risk, and what would show that it does.

    Attributes
    ----------
    name : str
        As a plan names it: `injection-classifier: library`.
    title : str
        Its name for people.
    layer : str
        Where it acts first of all: `prevent`, `detect` or `respond`.
    also : tuple of str
        Layers in which it may stand as well.
    kind : str
        `data`, `model`, `inference`, `human`, `monitoring`, `response` or `containment`.
    does : str
        What it does, in a sentence or two.
    harms : tuple of str
        Categories of harm that it answers, the most usual one first.
    failures : tuple of str
        Failure modes that it answers.
    evidence : str
        What would show that it works, in a phrase.
    example : str
        A part of a plan (YAML) with the control, what measures it and what must be met.
    levers : tuple of str
        Kinds of lever that carry it; empty where none does.
    frameworks : tuple of str
        Where frameworks know it: `OWASP-LLM01:2026`, `NIST-AI-RMF:MEASURE-2.7`.
    """

    name: str
    title: str
    layer: str
    also: tuple[str, ...]
    kind: str
    does: str
    harms: tuple[str, ...]
    failures: tuple[str, ...]
    evidence: str
    example: str
    levers: tuple[str, ...]
    frameworks: tuple[str, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """Every layer in which it may stand, the main one first."""
        return (self.layer, *self.also)
