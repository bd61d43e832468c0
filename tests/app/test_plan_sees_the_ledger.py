"""What `holdfast check` recorded is what `holdfast plan` shows."""

from __future__ import annotations

import json

CLAIMS = """
risks: [{id: r, harm: h, severity: 4, likelihood: 4, controls: {detect: [held]}, gates: [g]}]
controls: {held: {layer: detect, evidence: [g]}}
claims: [{id: c, claim: letters are sorted, risks: [r], evidence: [g]}]
"""


def seen(desk, view):
    code, out, err = desk.run("plan", "show", "--view", view, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_claim_is_bare_before_the_check_and_live_after_it(desk):
    desk.plan(extra=CLAIMS)
    before = seen(desk, "argument")
    assert (before["known"], before["claims"][0]["state"]) == (False, "bare")
    assert not (desk.folder / ".holdfast").exists(), "looking makes no ledger"
    assert desk.run("check")[0] == 0
    after = seen(desk, "argument")
    piece = after["claims"][0]["evidence"][0]
    assert (after["known"], after["claims"][0]["state"]) == (True, "live")
    assert (piece["name"], piece["kind"], piece["state"]) == ("g", "gate", "live")
    assert piece["seq"] is not None
    assert seen(desk, "coverage")["controls"][0]["state"] == "live"
    assert "| passes |" in desk.run("plan", "brief")[1]


def test_a_gate_that_fails_contradicts_the_claim_that_rests_on_it(desk):
    gate = '{id: g, metric: m, data: eval, require: "<= 0.1%", blocking: true}'
    desk.plan(gate=gate, extra=CLAIMS)
    assert desk.run("check")[0] == 1
    told = seen(desk, "argument")
    assert told["claims"][0]["state"] == "failing"
    assert told["headline"] == "1 claim: 1 is contradicted."
    assert "**fails**" in desk.run("plan", "brief")[1]
