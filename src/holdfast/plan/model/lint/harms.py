"""HF101: a risk that names no failure mode, or nobody who is harmed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.refusals import shown

PLACEHOLDERS = frozenset({"tbd", "tba", "tbc", "todo", "fixme", "xxx", "xx", "n/a", "na", "none", "unknown"})
"""What people write where nothing is said yet."""

_LITTLE_WORDS = """
a an the of in on to by for from and or may might can could be is are being it its our their this that
some any not with against about other
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())
_VAGUE_WORDS = """
ai ml llm model models system systems assistant chatbot bot algorithm algorithmic application app
output outputs response responses answer answers result results content text prediction predictions
decision decisions data information user users bias biased biases fairness unfair unfairness
discrimination discriminatory privacy security safety unsafe insecure legal ip copyright reputation
reputational regulatory regulation compliance noncompliance ethics ethical unethical misinformation
disinformation hallucination hallucinations hallucinates hallucinate hallucinated toxic toxicity
harmful harm harms harassment abuse misuse risk risks issue issues problem problems concern concerns
failure failures fail fails error errors incident incidents threat threats vulnerability
vulnerabilities violation violations damage damages loss trust leak leaks leakage leaking breach
breaches attack attacks injection injections jailbreak jailbreaks prompt drift degradation quality
performance accuracy inaccurate inaccuracy robustness reliability bad poor wrong incorrect low high
inappropriate offensive general various potential possible operational technical liability
misclassification misclassifications
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())
"""Words that name a category, not what happens. A harm of nothing else is vague."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SHORTEST = 6
"""Characters of a script without spaces below which a harm is a word and not a sentence."""


def too_vague(harm: str) -> str | None:
    """Return in what way a harm says nothing that could be tested; None where it says something.

    Terse is not vague: `Missed urgent cases` names a failure. Only words that are categories by themselves
    are known, in English; in any language one word alone is none that could be tested.

    Examples
    --------
    >>> too_vague("Bias"), too_vague("Privacy and security issues"), too_vague("TBD")
    ('one word', 'a category', 'a placeholder')
    >>> too_vague("Missed urgent cases") is None, too_vague("Toxic replies to customers") is None
    (True, True)
    """
    said = re.findall(r"\w+(?:['\u2019/-]\w+)*", harm.casefold())
    if not said or all(word in PLACEHOLDERS for word in said):
        return "a placeholder"
    unspaced = len(_UNSPACED.findall(harm))
    if unspaced:
        return "one word" if unspaced < _SHORTEST and len(said) == 1 else None
    if len(said) == 1:
        return "one word"
    parts = [part for word in said for part in re.split(r"[-/]", word)]
    return "a category" if all(part in _VAGUE or part in _LITTLE for part in parts) else None


def vague_risks(subject: Subject) -> Iterator[Found]:
    """Yield every risk that nobody could test, or that harms nobody."""
    for risk in subject.plan.risks:
        way = too_vague(risk.harm)
        if way is not None:
            yield Found(
                ("risks", risk.id, "harm"),
                f"the harm of `{risk.id}` is {way}: no test can show whether {shown(risk.harm)} happens",
                "say what goes wrong, for whom, and what it does to them, in one sentence",
            )
        named = [who for who in risk.stakeholders if who.strip().casefold() not in PLACEHOLDERS]
        if not named:
            users = subject.plan.system.users
            such = f"`stakeholders: [{users[0]}]`" if users else "`stakeholders: [customers]`"
            yield Found(
                ("risks", risk.id, "stakeholders" if risk.stakeholders else "id"),
                f"the risk `{risk.id}` names nobody who is harmed: its severity has nothing to stand on",
                f"say who bears it, such as {such}",
            )
