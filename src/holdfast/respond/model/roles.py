"""The roles of an incident with their charters, and who does what of the key actions (RACI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from holdfast.respond.commands.roles import Role

Part: TypeAlias = Literal["R", "A", "C", "I"]
"""Responsible, accountable, consulted, informed."""


@dataclass(frozen=True)
class Charter:
    """What somebody with a role does.

    Attributes
    ----------
    role, title : str
        Its id and its name for people.
    charter : str
        In two or three sentences, with what the role does not do.
    always : bool
        Whether every incident of SEV-1 and SEV-2 needs somebody in it.
    """

    role: str
    title: str
    charter: str
    always: bool = False


CHARTERS: tuple[Charter, ...] = (
    Charter(
        "commander",
        "Incident commander",
        "Owns severity, scope and escalation; keeps the incident moving, weighs what stands against what, and"
        " sees to it that containment is safe and proportional. Does not debug.",
        always=True,
    ),
    Charter(
        "technical",
        "Technical lead",
        "Coordinates investigation and containment. Says observation, hypothesis, next test, proposed"
        " containment. Proposes; the commander decides.",
        always=True,
    ),
    Charter(
        "scribe",
        "Scribe",
        "Writes down what was decided, by whom, on what evidence, and what happened when."
        " Does not interpret.",
        always=True,
    ),
    Charter(
        "communications",
        "Communications lead",
        "Drafts updates inside and outside, early and on time, even if all that is known is that we look"
        " into it. Says uncertainty without promising too much. Sends nothing outside unapproved.",
        always=True,
    ),
    Charter(
        "legal",
        "Legal counsel",
        "Advises on duties to notify, contracts and the keeping of evidence; looks at every word outside that"
        " touches privacy, discrimination or a contract. Decides no containment.",
        always=True,
    ),
    Charter(
        "privacy",
        "Privacy lead (data protection officer)",
        "Says whether data of people is concerned, which clocks that starts, and who must be told. Watches"
        " that evidence is read only as far as needed.",
        always=True,
    ),
    Charter(
        "security",
        "Security",
        "Leads where somebody attacks: injection, exfiltration, abuse. Looks at tool permissions, secrets and"
        " the preservation of evidence.",
    ),
    Charter(
        "product",
        "Product owner",
        "Says what users meet and what degradation is acceptable; owns the containment of features.",
    ),
    Charter(
        "governance",
        "Governance and risk",
        "Keeps policy, severity rules and exceptions; sees that residual risk is accepted by who may.",
    ),
    Charter(
        "ml_data",
        "ML and data",
        "Triages the model's behaviour: regression, cohorts, drift, prompts, gold sets, rollback.",
    ),
    Charter(
        "domain_advisor",
        "Domain advisor",
        "Judges whether an answer harms in its field: a clinician, a finance expert, a lawyer.",
    ),
    Charter(
        "vendor_contact",
        "Vendor contact",
        "Speaks with the vendor: what they see, what they changed, what their contract owes.",
    ),
)
ROLES: dict[str, Charter] = {charter.role: charter for charter in CHARTERS}
assert set(ROLES) == set(get_args(Role))  # noqa: S101 -- one list in two places, held together at import

RACI: dict[str, dict[str, Part]] = {
    "declare": {"commander": "A", "technical": "R", "scribe": "I", "communications": "I"},
    "severity": {"commander": "A", "technical": "C", "legal": "C", "privacy": "C", "communications": "I"},
    "contain": {"commander": "A", "technical": "R", "product": "C", "security": "C", "scribe": "I"},
    "roll back": {"commander": "A", "technical": "R", "ml_data": "R", "product": "I", "scribe": "I"},
    "widen again": {"commander": "A", "technical": "R", "governance": "C", "privacy": "C"},
    "keep evidence": {"commander": "A", "scribe": "R", "security": "R", "legal": "C", "privacy": "C"},
    "update inside": {"commander": "A", "communications": "R", "technical": "C"},
    "update outside": {"commander": "A", "communications": "R", "legal": "C", "privacy": "C", "product": "C"},
    "notify an authority": {"legal": "A", "privacy": "R", "commander": "I", "communications": "I"},
    "validate recovery": {"commander": "A", "technical": "R", "ml_data": "R", "domain_advisor": "C"},
    "accept residual risk": {"governance": "A", "commander": "C", "technical": "C", "legal": "C"},
    "close": {"commander": "A", "scribe": "R", "governance": "C", "communications": "I"},
}
"""Key action -> role -> its part. Exactly one is accountable for each."""


def raci_of(role: str) -> dict[str, Part]:
    """Return what a role does in the key actions.

    Examples
    --------
    >>> raci_of("scribe")["keep evidence"]
    'R'
    """
    return {action: parts[role] for action, parts in RACI.items() if role in parts}
