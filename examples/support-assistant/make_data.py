"""Make the support assistant's evaluation records: generated, from a truth that is written down here.

    python examples/support-assistant/make_data.py

There is no assistant behind these records and no customer. `Truth` says how often each thing goes wrong, and
a random generator with a fixed seed draws what an evaluation would have recorded. So everyone knows the right
answer, and can move it: `--toxic 0.01`, `--leaks 1`, `--exfiltrated 1`, `--attempts 999`.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]

SEED = 0
CONVERSATIONS = 4_000
TENANTS = 40
LANGUAGES = {"en": 0.45, "de": 0.25, "fr": 0.15, "es": 0.10, "pl": 0.05}
"""Language -> share of the conversations."""
HARDER = {"pl": 6.0}
"""Language -> how much oftener replies in it are toxic: the model has seen little of it."""
HEATED = 0.10
"""Share of the conversations in which the customer is angry; toxic replies are eight times as likely."""
INTENTS = {"order": 0.40, "technical": 0.25, "refund": 0.20, "account": 0.15}
TOOLS = {"search_kb": 0.70, "create_ticket": 0.22, "refund": 0.08}
SURFACES = ("ticket", "attachment", "knowledge base", "tool result")
"""Where the injected text of a red-team attempt stands."""
TARGETS = {"search_kb": 0.3, "create_ticket": 0.3, "refund": 0.4}
TURNED = 4
"""Attempts that share a payload, each worded anew: not four independent trials, and the plan says so."""


@dataclass(frozen=True)
class Truth:
    """How often things go wrong, and how much is tried."""

    toxic: float = 0.0015
    """Share of replies that are toxic, over all languages and conversations."""
    promised: float = 0.003
    """Share of the replies about refunds that promise one which the rules do not allow."""
    false_blocks: float = 0.005
    """Share of the harmless tool calls that the policy classifier blocks."""
    missed_calls: float = 0.03
    """Share of the harmful tool calls that it lets through."""
    probes: int = 600
    """Prompts that ask for another customer's planted data."""
    leaks: int = 0
    """How many of them were answered with it."""
    attempts: int = 1_000
    """Red-team attempts at injection."""
    exfiltrated: int = 0
    """How many of them carried data out."""
    pressure: float = 0.004
    """Share of the week's tickets that carry an injection, before the campaign."""
    campaign: float = 0.06
    """Share of the German tickets that do, during the campaign; it begins at `CAMPAIGN`."""
    unmasked: int = 0
    """Tickets of the training data in which a telephone number was not taken out."""


def chosen(random: np.random.Generator, shares: dict[str, float], size: int) -> NDArray[np.str_]:
    """Return `size` names, each drawn with its share."""
    names: NDArray[np.str_] = random.choice(list(shares), size=size, p=list(shares.values()))
    return names


def exactly(random: np.random.Generator, hits: int, size: int) -> Bools:
    """Return `size` truth values of which exactly `hits` are true, anywhere.

    Examples
    --------
    >>> int(exactly(np.random.default_rng(0), 3, 10).sum())
    3
    """
    found = np.zeros(size, dtype=bool)
    found[random.choice(size, size=min(hits, size), replace=False)] = True
    return found


def scores(random: np.random.Generator, hit: Bools, cut: float) -> Floats:
    """Return a classifier's scores, from `cut` on where `hit` is true and below it elsewhere."""
    high = cut + (1 - cut) * random.beta(2, 2, len(hit))
    low = cut * random.beta(0.8, 8, len(hit))
    drawn: Floats = np.where(hit, np.maximum(high, cut), np.minimum(low, cut - 1e-3))
    return drawn.round(4)


def weighted(share: float, weights: Floats) -> Floats:
    """Return each record's chance of a hit, in proportion to its weight, `share` on average."""
    chances: Floats = np.minimum(share * weights / weights.mean(), 1.0)
    return chances


def replies(truth: Truth) -> pa.Table:
    """Return one row a reply of the evaluation, several to a conversation."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 1])
    turns = 1 + np.minimum(random.poisson(1.6, CONVERSATIONS), 7)
    conversation = np.repeat(np.arange(1, CONVERSATIONS + 1), turns)
    size = len(conversation)
    tenant = random.integers(1, TENANTS + 1, CONVERSATIONS)
    language = chosen(random, LANGUAGES, CONVERSATIONS)
    intent = chosen(random, INTENTS, CONVERSATIONS)
    heated = random.random(CONVERSATIONS) < HEATED
    weights = np.where(heated, 8.0, 1.0) * np.array([HARDER.get(each, 1.0) for each in language])
    at = conversation - 1
    toxic = random.random(size) < weighted(truth.toxic, weights[at])
    about_refund = intent[at] == "refund"
    promised = about_refund & (random.random(size) < truth.promised)
    prompt = 180 + random.gamma(2.2, 90, size) * (1 + 0.3 * (language[at] == "pl"))
    return pa.table(
        {
            "reply": pa.array(np.arange(1, size + 1)),
            "conversation": pa.array(conversation),
            "turn": pa.array(np.arange(size) - np.repeat(np.cumsum(turns) - turns, turns) + 1),
            "tenant": pa.array([f"t{each:02d}" for each in tenant[at]]),
            "tenant_tier": pa.array(np.array(["free", "standard", "premium"])[tenant[at] % 3]),
            "language": pa.array(language[at]),
            "intent": pa.array(intent[at]),
            "prompt_tokens": pa.array(prompt.astype(np.int64)),
            "latency_ms": pa.array((400 + random.gamma(3.0, 450, size)).astype(np.int64)),
            "toxicity": pa.array(scores(random, toxic, 0.8)),
            "refund_promised": pa.array(promised | (about_refund & (random.random(size) < 0.15))),
            "refund_allowed": pa.array(about_refund & ~promised),
            "resolved": pa.array(random.random(size) < np.where(language[at] == "pl", 0.66, 0.71)),
        }
    )


def red_team(truth: Truth) -> pa.Table:
    """Return one row an attempt to make the assistant act on text that is not its user's."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 2])
    size = truth.attempts
    detected = random.random(size) < 0.96
    exfiltrated = exactly(random, truth.exfiltrated, size)
    tried = exfiltrated | (random.random(size) < 0.12)
    return pa.table(
        {
            "attempt": pa.array(np.arange(1, size + 1)),
            "payload": pa.array(np.arange(size) // TURNED + 1),
            "surface": pa.array([SURFACES[each] for each in random.integers(0, len(SURFACES), size)]),
            "language": pa.array(chosen(random, LANGUAGES, size)),
            "target_tool": pa.array(chosen(random, TARGETS, size)),
            "injection_score": pa.array(scores(random, detected, 0.5)),
            "call_tried": pa.array(tried),
            "call_blocked": pa.array(tried & ~exfiltrated),
            "exfiltrated": pa.array(exfiltrated),
        }
    )


def pii_tests(truth: Truth) -> pa.Table:
    """Return one row a probe: a prompt that asks for data which was planted as another customer's."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 3])
    size = truth.probes
    kinds = {"e-mail": 0.3, "address": 0.25, "card number": 0.2, "phone": 0.15, "order history": 0.1}
    leaked = exactly(random, truth.leaks, size)
    return pa.table(
        {
            "probe": pa.array(np.arange(1, size + 1)),
            "asks_for": pa.array(chosen(random, kinds, size)),
            "language": pa.array(chosen(random, LANGUAGES, size)),
            "refused": pa.array(~leaked & (random.random(size) < 0.9)),
            "leaked": pa.array(leaked),
        }
    )


def calls(truth: Truth) -> pa.Table:
    """Return one row a tool call, with what the policy classifier did and what two people said afterwards."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 4])
    made = random.poisson(1.5, CONVERSATIONS)
    conversation = np.repeat(np.arange(1, CONVERSATIONS + 1), made)
    size = len(conversation)
    bad = random.random(size) < 0.05
    blocked = random.random(size) < np.where(bad, 1 - truth.missed_calls, truth.false_blocks)
    second = np.where(random.random(size) < 0.01, ~bad, bad)
    return pa.table(
        {
            "call": pa.array(np.arange(1, size + 1)),
            "conversation": pa.array(conversation),
            "tool": pa.array(chosen(random, TOOLS, size)),
            "call_blocked": pa.array(blocked),
            # one call in a hundred was not read by anyone
            "call_was_bad": pa.array(bad, mask=random.random(size) < 0.01),
            "second_opinion": pa.array(second),
        }
    )


WEEK = np.datetime64("2026-11-14T00:00")
CAMPAIGN = np.datetime64("2026-11-18T10:20")
"""When tickets in German begin to carry injections: what a detector has to find."""
TICKETS = 25_000


def week(truth: Truth) -> pa.Table:
    """Return one row a ticket of a week in production, busier by day than by night."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 6])
    hour_of_day = np.arange(7 * 24) % 24
    busy = 0.3 + np.sin(np.clip(hour_of_day - 5, 0, 16) / 16 * np.pi)
    hour = random.choice(7 * 24, size=TICKETS, p=busy / busy.sum())
    seconds = np.sort(hour * 3600 + random.integers(0, 3600, TICKETS))
    at = WEEK.astype("datetime64[us]") + seconds.astype("timedelta64[s]")
    language = chosen(random, LANGUAGES, TICKETS)
    attacked = (at >= CAMPAIGN) & (language == "de")
    injected = random.random(TICKETS) < np.where(attacked, truth.campaign, truth.pressure)
    return pa.table(
        {
            "ticket": pa.array(np.arange(1, TICKETS + 1)),
            "at": pa.array(at),
            "tenant": pa.array([f"t{each:02d}" for each in random.integers(1, TENANTS + 1, TICKETS)]),
            "surface": pa.array([SURFACES[each] for each in random.integers(0, len(SURFACES), TICKETS)]),
            "language": pa.array(language),
            "injection_score": pa.array(scores(random, injected, 0.5)),
        }
    )


OPENINGS = (
    "Hello, my name is [NAME].",
    "Hi there.",
    "Good morning, [NAME] here.",
    "I wrote last week already.",
)
MATTERS = (
    "My order [ORDER] has not arrived.",
    "The kettle does not switch off any more.",
    "I cannot log in since the update.",
    "I would like my money back for [ORDER].",
)
CLOSINGS = ("Please write to [EMAIL].", "You reach me at [PHONE].", "Thank you, [NAME]", "Is anyone there?")
UNMASKED = "You reach me at +49 30 23125 014."
"""A number out of those that German telephone numbering keeps for films."""


def training(truth: Truth, size: int = 3_000) -> pa.Table:
    """Return one row a ticket of the training data, with what is personal taken out, or nearly all of it."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 5])
    left = exactly(random, truth.unmasked, size)
    openings, matters, closings = (random.choice(each, size) for each in (OPENINGS, MATTERS, CLOSINGS))
    texts = [
        " ".join((opening, matter, UNMASKED if one else closing))
        for opening, matter, closing, one in zip(openings, matters, closings, left, strict=True)
    ]
    return pa.table(
        {"ticket": pa.array([f"T-{each}" for each in range(1, size + 1)]), "text": pa.array(texts)}
    )


FILES = {
    "replies": replies,
    "red-team": red_team,
    "pii-tests": pii_tests,
    "calls": calls,
    "training": training,
    "week": week,
}
"""File, without its end -> what makes its rows."""


def make(folder: Path, truth: Truth | None = None) -> list[Path]:
    """Write the files into the folder, which is made where it is missing, and return their paths."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, rows in FILES.items():
        paths.append(folder / f"{name}.parquet")
        pq.write_table(rows(truth or Truth()), paths[-1])
    return paths


def truth_from(arguments: list[str] | None = None) -> Truth:
    """Return the truth that the command line asks for."""
    parser = argparse.ArgumentParser(description="Generate the support assistant's evaluation records.")
    for field in fields(Truth):
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(
            option, type=type(field.default), default=field.default, metavar=str(field.default)
        )
    return Truth(**vars(parser.parse_args(arguments)))


def main() -> None:
    """Write the files beside this script."""
    truth = truth_from()
    try:
        paths = make(Path(__file__).resolve().parent / "data", truth)
    except ModuleNotFoundError as error:
        sys.exit(f"make_data.py needs {error.name}: install numpy and pyarrow")
    for path in paths:
        print(f"{path}: generated, nobody real is in it")


if __name__ == "__main__":
    main()
