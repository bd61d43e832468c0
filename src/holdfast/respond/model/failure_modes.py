"""Thirteen ways in which an AI system fails, each with its first move, its question and its runbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.kernel.incidents import Bucket
from holdfast.plan.model.frameworks.catalogue import find_entry
from holdfast.respond.model.mit_risks import SUBDOMAINS


@dataclass(frozen=True)
class FailureMode:
    """One way of failing.

    Attributes
    ----------
    id : str
        As facts and runbooks name it: `prompt-injection`. Its runbook in the library is called the same.
    title : str
        Its name for people.
    means : str
        What is seen when it happens, in one sentence.
    buckets : tuple of Bucket
        The bucket that it falls into most often, then those that it may fall into.
    contain : str
        The one fast containment action.
    question : str
        The one diagnostic question.
    frameworks : tuple of str
        Ids of OWASP (with the year), MITRE ATLAS and MIT; empty where no framework that was read names it.
    """

    id: str
    title: str
    means: str
    buckets: tuple[Bucket, ...]
    contain: str
    question: str
    frameworks: tuple[str, ...]

    @property
    def bucket(self) -> Bucket:
        """The bucket to start from; people choose."""
        return self.buckets[0]

    @property
    def runbook(self) -> str:
        """Return the name of its runbook in the library."""
        return self.id


FAILURE_MODES: tuple[FailureMode, ...] = (
    FailureMode(
        "drift",
        "Drift",
        "What comes in is no longer what the system was built on, and some segment pays for it.",
        (Bucket.DATA, Bucket.MODEL),
        "Send the segment that shifted to the safe baseline or to people; leave the others alone.",
        "What changed first: the world, the users, or our own pipeline?",
        ("MIT:7.3",),
    ),
    FailureMode(
        "hallucination",
        "Hallucination",
        "Answers state with confidence what nothing supports.",
        (Bucket.MODEL, Bucket.DATA, Bucket.POLICY),
        "Switch the affected intents to draft-only, or to answers with a source or none.",
        "Did retrieval bring the right text, and did the answer depart from it?",
        ("OWASP-LLM07:2026", "OWASP-LLM09:2025", "MIT:3.1"),
    ),
    FailureMode(
        "bias-spike",
        "Bias spike",
        "Outputs or decisions treat a group worse than before, or worse than others.",
        (Bucket.MODEL, Bucket.DATA, Bucket.POLICY),
        "Stop automatic adverse decisions for the affected group: hold them for a person.",
        "Which group, at which threshold or input, and since which change?",
        ("MIT:1.1", "MIT:1.3"),
    ),
    FailureMode(
        "data-leakage",
        "Data leakage",
        "Somebody is shown what belongs to somebody else, or what nobody should see.",
        (Bucket.PLATFORM, Bucket.DATA, Bucket.MODEL),
        "Close the path that shows it: narrow retrieval, redact outputs, or stop the surface.",
        "Whose data, through which path: retrieval, cache, memory, logs, a tool, or the model itself?",
        ("OWASP-LLM02:2026", "OWASP-LLM02:2025", "OWASP-LLM08:2026", "ATLAS:AML.T0057", "MIT:2.1"),
    ),
    FailureMode(
        "prompt-injection",
        "Prompt injection",
        "Text that is not the user's, or not the operator's, steers the system.",
        (Bucket.POLICY, Bucket.PLATFORM, Bucket.DATA),
        "Take away the tools that write, send or fetch; answering may go on without them.",
        "Where did the instruction come in: the user's turn, a document, a page, a tool's answer, memory?",
        ("OWASP-LLM01:2026", "OWASP-LLM01:2025", "OWASP-ASI01:2026", "ATLAS:AML.T0051", "MIT:2.2"),
    ),
    FailureMode(
        "tool-abuse",
        "Tool abuse",
        "The system does things in the world that nobody allowed: pays, sends, deletes, discloses.",
        (Bucket.POLICY, Bucket.PLATFORM, Bucket.MODEL),
        "Set the tool allowlist to its safe position, and revoke the abused tool's credentials.",
        "Which identity and which permission made the call possible, and who should have confirmed it?",
        (
            "OWASP-LLM03:2026",
            "OWASP-LLM06:2025",
            "OWASP-ASI02:2026",
            "OWASP-ASI03:2026",
            "ATLAS:AML.T0053",
            "ATLAS:AML.T0086",
            "ATLAS:AML.T0101",
            "MIT:2.2",
        ),
    ),
    FailureMode(
        "misuse",
        "Misuse",
        "People use the system to harm others, or beyond what it was approved for.",
        (Bucket.POLICY, Bucket.PLATFORM),
        "Rate-limit or suspend the accounts and the pattern; raise the guardrail tier for that category.",
        "One actor or many, and does the harm reach others before we act?",
        ("ATLAS:AML.T0054", "MIT:4.1", "MIT:4.2", "MIT:4.3"),
    ),
    FailureMode(
        "refusal-regression",
        "Refusal regression",
        "It answers what it used to refuse, or refuses what it used to answer.",
        (Bucket.POLICY, Bucket.MODEL),
        "Raise the guardrail tier for the categories that got through; roll back the last policy or prompt.",
        "Which model, prompt or filter changed, and do the pinned refusal cases pass on the last one?",
        ("ATLAS:AML.T0054", "MIT:1.2", "MIT:7.3"),
    ),
    FailureMode(
        "evasion-or-poisoning",
        "Evasion or poisoning",
        "Inputs are made to fool the model, or what it learnt or retrieves from was tampered with.",
        (Bucket.DATA, Bucket.MODEL),
        "Pause retraining and ingestion; quarantine the source; send what matches the pattern to people.",
        "Is it in the input of now, or in the data of then? Which source, which batch, which account?",
        (
            "OWASP-LLM05:2026",
            "OWASP-LLM04:2025",
            "OWASP-ASI06:2026",
            "ATLAS:AML.T0015",
            "ATLAS:AML.T0020",
            "ATLAS:AML.T0070",
            "MIT:2.2",
        ),
    ),
    FailureMode(
        "label-failure",
        "Label failure",
        "The truth that the model is judged or trained by is wrong, late, or joined wrongly.",
        (Bucket.DATA,),
        "Pause retraining and every automatic decision that reads the labels; serve the present model on.",
        "Did the predictions change, or only the labels: freshness, join, guideline, class balance?",
        ("MIT:7.3",),
    ),
    FailureMode(
        "model-decay",
        "Model decay",
        "Quality sinks slowly, release by release or week by week, under every threshold.",
        (Bucket.MODEL, Bucket.DATA),
        "Go back to the last bundle that held, or narrow the use to where the present one still holds.",
        "Since when, compared with the baseline of the last accepted release and not with last week?",
        ("MIT:7.3",),
    ),
    FailureMode(
        "cascade",
        "Cascade",
        "One part fails and the others make it worse: retries, queues, agents that call agents.",
        (Bucket.PLATFORM, Bucket.POLICY),
        "Open the breaker between the parts, and queue or shed what comes in; stop retries first.",
        "Which part failed first, and what feeds back: retries, shared state, models reading each other?",
        ("OWASP-ASI08:2026", "OWASP-LLM06:2026", "OWASP-LLM10:2026", "ATLAS:AML.T0029", "MIT:7.3"),
    ),
    FailureMode(
        "silent-failure",
        "Silent failure",
        "Everything is green and the system is wrong, or nobody can tell.",
        (Bucket.PLATFORM, Bucket.DATA, Bucket.MODEL),
        "Treat blind as unsafe: send high-risk uses to people until one independent signal can be trusted.",
        "Which signal would have shown it, and is that signal quiet or dead?",
        ("MIT:5.1", "MIT:7.3", "MIT:7.4"),
    ),
)
"""In the order of the design's list."""

_BY_ID = {mode.id: mode for mode in FAILURE_MODES}


def failure_mode(id_: str) -> FailureMode | None:
    """Return a failure mode by its id, or None.

    Examples
    --------
    >>> failure_mode("bias-spike").title
    'Bias spike'
    >>> failure_mode("gremlins") is None
    True
    """
    return _BY_ID.get(id_)


def likely_in(bucket: Bucket) -> Iterable[FailureMode]:
    """Yield the failure modes of a bucket: those that tend to it first.

    Examples
    --------
    >>> [mode.id for mode in likely_in(Bucket.POLICY)][:3]
    ['prompt-injection', 'tool-abuse', 'misuse']
    """
    yield from (mode for mode in FAILURE_MODES if mode.bucket == bucket)
    yield from (mode for mode in FAILURE_MODES if bucket in mode.buckets[1:])


def framework_title(reference: str) -> str:
    """Return what a framework's id stands for; empty where no framework that was read has it.

    Examples
    --------
    >>> framework_title("OWASP-LLM03:2026"), framework_title("MIT:2.2"), framework_title("MIT:9.9")
    ('Excessive Agency', 'AI system security vulnerabilities and attacks', '')
    """
    entry = find_entry(reference)
    return entry.title if entry is not None else SUBDOMAINS.get(reference, "")
