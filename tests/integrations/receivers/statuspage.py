"""Statuspage's API v1, as its documentation says."""

from __future__ import annotations

from typing import Any

from tests.integrations.receivers.base import Receiver, Reply, Seen, hold, size


class StatusPage(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.incidents: dict[str, dict[str, Any]] = {}
        self.mailed = 0

    def refusal(self, why: str) -> Reply:
        return Reply(422, {"error": [why]})

    def answer(self, seen: Seen) -> Reply:
        if seen.headers["Authorization"] != f"OAuth {self.secret}":
            return Reply(401, {"error": "Could not authenticate"})
        hold(seen.path.startswith("/v1/pages/p4ge"), "no such page")
        path = seen.path.removeprefix("/v1/pages/p4ge")
        if (seen.method, path) == ("GET", ""):
            return Reply(200, {"id": "p4ge", "name": "Corp"})
        if (seen.method, path) == ("GET", "/incidents"):
            hold(int(seen.query["limit"]) <= 100, "limit")
            return Reply(200, list(self.incidents.values())[::-1])
        id_ = path.removeprefix("/incidents/") if path != "/incidents" else f"i{len(self.incidents)}"
        if seen.method == "GET":
            return Reply(200, self.incidents[id_])
        hold((seen.method == "POST") == (path == "/incidents"), "method")
        self._taken(id_, seen.json["incident"])
        return Reply(201 if seen.method == "POST" else 200, self.incidents[id_])

    def _taken(self, id_: str, asked: dict[str, Any]) -> None:
        hold(0 < size(asked["name"]) <= 255, "name")
        hold(asked["status"] in ("investigating", "identified", "monitoring", "resolved"), "status")
        hold(asked["impact_override"] in ("none", "minor", "major", "critical"), "impact_override")
        hold(size(asked["body"]) <= 25_000, "body")
        self.mailed += asked.get("deliver_notifications", True)  # true where it is not said
        before = self.incidents.get(id_, {"incident_updates": []})
        updates = [{"body": asked["body"], "status": asked["status"]}, *before["incident_updates"]]
        told = {"id": id_, "shortlink": f"https://stspg.example/{id_}", "incident_updates": updates}
        self.incidents[id_] = before | asked | told
