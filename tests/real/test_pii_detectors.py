"""The table of how well the detectors find is what they find, on labelled texts that nothing was tuned on."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from holdfast.kernel.detection import MEASURED
from holdfast.kernel.patterns import DETECTORS
from holdfast.measure.rates import wilson
from holdfast.telemetry.files.duck import DuckEngine

BENCH = Path(__file__).resolve().parents[2] / "bench" / "pii_detectors.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_pii_detectors", BENCH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def texts(shared):
    return json.loads(shared("pii_toxicity/presidio_synth_dataset_v2.json").read_text(encoding="utf-8"))


def test_the_table_is_the_measurement(bench, texts):
    assert bench.measured(bench.held_out(texts)) == MEASURED


@pytest.mark.parametrize("name", sorted(set(MEASURED) - {"postal_address"}))
def test_what_a_detector_is_for_it_mostly_finds_and_is_mostly_right_about(name):
    each = MEASURED[name]
    assert float(wilson(each.found, each.labelled)[0]) > 0.5
    assert float(wilson(each.right, each.told)[0]) > 0.6


def test_the_engine_finds_in_the_same_texts_as_python(bench, texts, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from holdfast.kernel.patterns import find
    from holdfast.telemetry.sources import Source

    words = [text["full_text"] for text in texts]
    pq.write_table(pa.table({"text": words}), tmp_path / "t.parquet")
    scanned = DuckEngine().scan(Source("t", "parquet", ("t.parquet",), tmp_path), DETECTORS)
    here = [{found.detector for found in find(each)} for each in words]
    assert scanned.hits == sum(map(bool, here))
    for detector in DETECTORS:
        assert scanned.found.get(("text", detector.name), 0) == sum(detector.name in each for each in here)
