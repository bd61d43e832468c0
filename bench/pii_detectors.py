"""How well the detectors of personal data find, on labelled texts; and how fast a scan is.

The texts are those of presidio-research (microsoft/presidio-research, MIT), which the repository does not
ship: HOLDFAST_SHARED names the folder that holds pii_toxicity/presidio_synth_dataset_v2.json. Texts in even
places were looked at while the patterns were written, so the table is of the others. Both halves come from
the same sentence templates, which flatters.

Figure to reach: a million texts scanned in seconds.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.kernel.detection import Measured
from holdfast.kernel.patterns import DETECTORS, find
from holdfast.measure.rates import wilson
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.sources import Source

LABELS = {
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "payment_card": "CREDIT_CARD",
    "iban": "IBAN_CODE",
    "us_ssn": "US_SSN",
    "ip_address": "IP_ADDRESS",
    "postal_address": "STREET_ADDRESS",
}
"""Detector -> the data set's name of what it looks for."""
RECORDS = 1_000_000
WORDS = 25
VOCABULARY = ("the", "order", "of", "our", "customer", "was", "late", "12", "boxes", "from", "Lyon", "come")


def labelled_texts() -> list[dict[str, Any]] | None:
    """Return the labelled texts, or None where they are not on this machine."""
    named = os.environ.get("HOLDFAST_SHARED")
    beside = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    path = (Path(named) if named else beside) / "pii_toxicity" / "presidio_synth_dataset_v2.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def held_out(texts: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Return the half that no pattern was tuned on."""
    return texts[1::2]


def measured(texts: Iterable[Mapping[str, Any]]) -> dict[str, Measured]:
    """Return what each detector found of what is labelled; a passage is found where the two overlap."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        found = list(find(text["full_text"]))
        for name, label in LABELS.items():
            told = [(each.start, each.end) for each in found if each.detector == name]
            labelled = [
                (span["start_position"], span["end_position"])
                for span in text["spans"]
                if span["entity_type"] == label
            ]
            counts[name, "labelled"] += len(labelled)
            counts[name, "found"] += sum(_overlaps(span, told) for span in labelled)
            counts[name, "told"] += len(told)
            counts[name, "right"] += sum(_overlaps(span, labelled) for span in told)
    return {
        name: Measured(*(counts[name, part] for part in ("labelled", "found", "told", "right")))
        for name in LABELS
    }


def _overlaps(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _share(k: int, n: int) -> str:
    low, high = wilson(k, n)
    return f"{k:>4} of {n:<4} {k / n if n else 0:6.1%} [{float(low):.1%}, {float(high):.1%}]"


def quality(texts: Sequence[dict[str, Any]]) -> None:
    print(f"{'detector':<16}{'true':>6}{'false':>7}{'missed':>8}   recall [95 %] / precision [95 %]")
    for name, each in measured(held_out(texts)).items():
        missed, wrong = each.labelled - each.found, each.told - each.right
        recall, precision = _share(each.found, each.labelled), _share(each.right, each.told)
        print(f"{name:<16}{each.right:>6}{wrong:>7}{missed:>8}   {recall} / {precision}")


def speed() -> None:
    draw = random.Random(1)
    plain = [" ".join(draw.choices(VOCABULARY, k=WORDS)) for _ in range(1000)]
    for share in (0.0, 0.01, 1.0):
        texts = [
            f"{plain[i % 1000]} {i}" + (f" ada{i}@lovelace.org" if draw.random() < share else "")
            for i in range(RECORDS)
        ]
        with tempfile.TemporaryDirectory() as folder:
            pq.write_table(pa.table({"text": texts}), f"{folder}/texts.parquet")
            source, engine = Source("texts", "parquet", ("texts.parquet",), Path(folder)), DuckEngine()
            engine.describe(source)
            started = time.perf_counter()
            scanned = engine.scan(source, DETECTORS)
            taken = time.perf_counter() - started
        size = sum(map(len, texts)) / 1e6
        print(f"{RECORDS:,} texts, {size:.0f} MB, {scanned.hits:,} with a finding: {taken:.2f} s")


def main() -> None:
    texts = labelled_texts()
    if texts is None:
        print("no labelled texts here: HOLDFAST_SHARED names the folder that holds them")
    else:
        quality(texts)
    speed()


if __name__ == "__main__":
    main()
