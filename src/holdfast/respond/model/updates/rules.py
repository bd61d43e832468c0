"""The words that updates are read for, in one table: what, until when, why, what to say instead. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from holdfast.respond.model.updates.audiences import Audience
from holdfast.respond.model.updates.facts import Facts


@dataclass(frozen=True)
class Rule:
    """One thing that should not be said, or not yet.

    Attributes
    ----------
    id : str
        As facts record it.
    words : re.Pattern
        What it looks for.
    active : callable
        Whether it counts, for these facts and this audience.
    stops : bool
        Whether an update that says it goes out only with a reason.
    denied : bool
        Whether a `not` or an `until` before the words makes them harmless: "not resolved yet".
    """

    id: str
    words: re.Pattern[str]
    reason: str
    instead: str
    active: Callable[[Facts, Audience], bool]
    stops: bool = True
    denied: bool = False


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def _always(_: Facts, __: Audience) -> bool:
    return True


def _outside(_: Facts, audience: Audience) -> bool:
    return audience.external


def _frontline(_: Facts, audience: Audience) -> bool:
    """Return whether customers hear it: told to them, or to those who answer them."""
    return audience.external or audience.style == "support"


_DATA = r"(?:(?:customer|personal|user|sensitive|private|your)s?['’]? )*(?:data|information|records?|PII)"
_TOUCHED = (
    r"(?:affected|accessed|exposed|leaked|lost|disclosed|compromised|stolen|seen|shared|involved|at risk)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "resolved-early",
        _words(
            r"(?:(?:is|was|been|are|now|fully|completely) )?(?:resolved|fixed|solved|remediated)"
            r"|back to normal|all clear|(?:incident|problem|issue) is over|works? again|recovered"
        ),
        "The recovery is not validated: only evidence lets it be called over.",
        "Say what holds it back now, and by when you write again.",
        lambda facts, _: not facts.recovered,
        denied=True,
    ),
    Rule(
        "no-data-affected",
        _words(
            rf"none of (?:your|the|their|our) {_DATA}|nothing (?:was|has been) {_TOUCHED}|no one['’]s {_DATA}"
            rf"|no {_DATA} (?:was|were|is|are|has been|have been|got)? ?{_TOUCHED}"
            rf"|{_DATA} (?:was|were|is|are|has|have)(?: been)?(?: not|n['’]t) ?(?:been )?{_TOUCHED}"
            rf"|{_DATA} (?:is|are|was|were|remains?) (?:safe|secure)"
            r"|(?:no|not a|was ?n['’]t a) (?:data |privacy )?(?:breach|leak|exposure)"
        ),
        "Nobody has recorded that check: logs, retention and access paths come first.",
        "Say that it is being checked, and when you will know.",
        lambda facts, _: not facts.data_checked,
    ),
    Rule(
        "cause-early",
        _words(
            r"root causes?|(?:was|is|were|been) (?:caused|triggered) by|due to|because of"
            r"|the (?:cause|reason) (?:is|was)|(?:resulted|stems?|stemmed|originated) from"
        ),
        "No hypothesis has held yet: a cause that turns out wrong has to be taken back.",
        "Say that the cause is being looked into; inside, write `Hypothesis (open): ...`.",
        lambda facts, _: not facts.cause_held,
        denied=True,
    ),
    Rule(
        "absolute-promise",
        _words(
            r"never (?:again|happen)|(?:will|can|could)(?: not|n['’]t) happen again|won['’]t happen again"
            r"|guarante\w*|100 ?(?:%|percent)|(?:completely|absolutely|totally|perfectly|fully) "
            r"(?:safe|secure)|no risk|zero risk|impossible|rest assured|we promise"
        ),
        "Nobody can keep an absolute promise about a system that answers by probability.",
        "Say what has been done and what is watched.",
        _always,
    ),
    Rule(
        "promised-time",
        _words(
            r"will be (?:fixed|resolved|back|restored|over|available|solved)"
            r"(?: again)? (?:by|in|within|at|before|on|today|tomorrow)"
        ),
        "A repair has no time that anybody can promise.",
        "Promise the time of the next update instead.",
        _frontline,
    ),
    Rule(
        "blame",
        _words(
            r"human error|(?:his|her|their|its|'s|’s) (?:fault|mistake)|to blame|careless\w*|incompetent"
            r"|negligen\w*|(?:engineer|developer|vendor|intern|employee|operator|user|customer|team)s?['’]?s?"
            r" (?:error|mistake|fault|failed|forgot|broke)|the model (?:is|was) (?:wrong|to blame)"
        ),
        "Blame is no cause and hides the system's part; it is also read aloud later.",
        "Say what the system did, and what is changed.",
        _always,
    ),
    Rule(
        "admission",
        _words(
            r"our (?:fault|mistake|negligence)|we (?:are|were) (?:liable|responsible for|at fault)"
            r"|we (?:failed|violated|broke)|breach of (?:contract|agreement)|compensat\w*|refund you"
        ),
        "An admission may have consequences under a contract: legal reads it first.",
        "Take it seriously without it: `We know that this affects you, and we are working on it.`",
        _frontline,
    ),
    Rule(
        "speculation",
        _words(
            r"probably|likely|presumably|apparently|we (?:believe|think|suspect|assume|guess)"
            r"|(?:might|may|could) have been caused|it seems|hypothes\w*"
        ),
        "Outside, a guess is heard as a finding.",
        "Say what was seen and what is not known yet.",
        _outside,
    ),
    Rule(
        "minimising",
        _words(
            r"only (?:a )?(?:few|small|minor|handful|some)|just a (?:few|small|minor|handful)|a handful of"
            r"|minor (?:issue|problem|incident|glitch)|glitch|hiccup|isolated (?:case|incident|event)s?"
            r"|small number of|negligible"
        ),
        "It makes light of harm without a figure.",
        "Give the figure with its bounds, or say that the extent is being looked into.",
        _always,
        stops=False,
    ),
    Rule(
        "jargon",
        _words(
            r"prompt[- ]injections?|injections?|hallucinat\w+|jailbreak\w*|roll(?:ed|ing)?[- ]?back|canary"
            r"|LLMs?|embeddings?|vector (?:store|index|database)|retrieval|RAG|guardrails?|fine[- ]tun\w+"
            r"|inference|tokens?|temperature|system prompt|model (?:weights|drift|version|bundle)|drift"
            r"|latency|p9[59]|blast radius|SEV-?[1-4]|KRIs?|KCIs?|MTT[RCDI]|tenants?|feature flags?|allowlist"
            r"|tool calls?|red[- ]team\w*|regression|endpoint|deployment|INC-\d{4}-\d+"
        ),
        "Customers do not speak this language, and it says more of the inside than they need.",
        "Say what they saw and what they can do.",
        _outside,
        stops=False,
    ),
    Rule(
        "names-inside",
        re.compile(r"\b[pt]-[0-9a-f]{8}\b|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
        "It names a person or an account of the inside.",
        "Name the function: support, the team on call.",
        _outside,
    ),
    Rule(
        "drill-unmarked",
        re.compile(r"\A(?![\s\S]*\bdrill\b)", re.IGNORECASE),
        "This incident is a drill, and the text does not say so.",
        "Begin with: THIS IS A DRILL.",
        lambda facts, _: facts.drill,
    ),
)
