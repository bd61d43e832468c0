"""Every code that an error or a lint finding may carry; docs/errors.md describes each."""

from __future__ import annotations

CODES: dict[str, str] = {
    # what a plan says: lint
    "HF100": "an ignore comment without its reason, or with nothing to ignore",
    "HF101": "a vague risk",
    "HF102": "a high risk without a control in each layer",
    "HF103": "a control without evidence, or evidence that nothing produces",
    "HF104": "prevention only",
    "HF105": "a decision about people without a metric sliced by group",
    "HF106": "no way back",
    "HF107": "nobody answers for it",
    "HF108": "residual risk that nobody has accepted in full",
    "HF109": "a gate that can never decide",
    "HF110": "an indicator that leaves whoever it wakes alone",
    "HF111": "a lever without a safe position, or no safe mode",
    "HF112": "a route that reaches nobody, or somebody who is called and has none",
    "HF113": "a metric names a column that its data does not have, or one of the wrong type",
    "HF114": "an unknown that nobody will find out",
    "HF115": "a stale acceptance, override or rehearsal",
    "HF116": "a risk of what is answered without how much is answered",
    # the plan's format
    "HF201": "not readable as YAML",
    "HF202": "unknown key",
    "HF203": "wrong type or value",
    "HF204": "key written twice",
    "HF205": "id used twice",
    "HF206": "a name that nothing defines",
    "HF207": "impossible date, time, duration or share",
    "HF208": "files that include each other in a loop",
    "HF209": "too large or too deep",
    "HF210": "not UTF-8",
    "HF211": "file or folder not found or not readable",
    "HF212": "expression refused",
    "HF213": "required key missing",
    "HF214": "a secret written out, or a $NAME that is not set",
    "HF215": "a JSON Schema that cannot be checked",
    # the records
    "HF301": "no data file",
    "HF302": "a data file that cannot be read",
    "HF303": "labels that are not two-valued",
    "HF304": "scores that are no probabilities",
    "HF305": "a source that this version cannot measure",
    # files of other tools
    "HF306": "a file to import or attach that cannot be read, or says what cannot be",
    "HF307": "a file of another tool or version than expected",
    "HF308": "a figure that the file does not have",
    "HF309": "more slices than anybody can judge",
    # two arms
    "HF310": "arms that cannot be compared",
    # records in time
    "HF311": "a source that does not say when its records happened",
    # vectors
    "HF312": "vectors of different lengths",
    # states that are kept
    "HF321": "kept states that are damaged",
    "HF322": "kept states of a newer version",
    "HF323": "kept states that cannot be written",
    # databases and warehouses
    "HF331": "a database that does not answer",
    "HF332": "a table that cannot be read",
    # the ledger
    "HF401": "not a ledger",
    "HF402": "a ledger of a newer version",
    "HF403": "a ledger that cannot be written",
    "HF404": "a ledger locked by another process",
    "HF405": "no room to write",
    "HF406": "a chain that does not verify",
    "HF407": "somebody else appended first",
    # command line and settings
    "HF501": "wrong command line",
    "HF502": "an unknown metric, gate, data source or control on the command line",
    "HF503": "output that cannot be written",
    "HF504": "picture without its library",
    # what people decide
    "HF601": "an actor who does not act for the role",
    "HF602": "an end that is over, or later than the plan allows",
    "HF603": "nothing there to withdraw",
    "HF604": "a role that has no say here",
    "HF605": "the same person twice",
    "HF606": "a plan that names nobody who may",
    "HF607": "nothing decided that could be signed or overridden",
    "HF608": "an override without a reason or an end, or for too long",
    "HF609": "an override that was refused",
    # who asks, on the server
    "HF621": "nobody is signed in",
    "HF622": "somebody who may not",
    "HF626": "nobody would be left who administers",
    "HF627": "no such person, token, session or link",
    "HF631": "a role, scope, group or end that cannot be",
    "HF632": "a second person who is none",
    # incidents
    "HF701": "no such incident",
    # what is said, and to whom
    "HF740": "no such duty, question, notice or start of a clock",
    "HF741": "a time at which nothing can have happened",
    "HF742": "a place, zone or holiday that is none",
    "HF743": "a decision without its reason, its time or its subject",
    "HF744": "nothing left to send, or nothing there to reopen",
    # runbooks
    "HF710": "no such runbook",
    "HF715": "a step that leads back",
    "HF720": "a step that nothing leads to",
    "HF721": "no proof of recovery",
    "HF722": "an act that nothing confirms",
    "HF723": "a name that the plan does not have",
    "HF724": "no fast containment, or not first",
    "HF725": "no do-not list",
    "HF726": "nobody is called, or nobody is told",
    "HF727": "longer than a page",
    "HF728": "a decision that changes nothing",
    "HF729": "a step that tells nobody what to do",
    # the vault
    "HF770": "something added to what was erased",
    "HF771": "sealed content that is not what its fact committed to",
    "HF772": "a vault without its master key",
    "HF773": "content that is too large",
    "HF702": "a webhook that is not what its format says",
    "HF703": "no such report, or one that was answered otherwise",
}
"""Code -> what it means, in a few words."""
