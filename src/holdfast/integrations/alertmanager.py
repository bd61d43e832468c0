"""Prometheus Alertmanager's webhook, version 4.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from holdfast.kernel.errors import UsageError
from holdfast.respond.ports.alerts import Alert

MOST_ALERTS = 5_000
NEVER = datetime(1, 1, 2, tzinfo=UTC)
"""Go's zero time is year 1: an alert that goes on has it as its end."""
Text = Annotated[str, StringConstraints(max_length=20_000)]


class _Alert(BaseModel):
    model_config = ConfigDict(extra="ignore")
    status: Literal["firing", "resolved"]
    labels: dict[Text, Text] = Field(default_factory=dict)
    annotations: dict[Text, Text] = Field(default_factory=dict)
    startsAt: datetime
    endsAt: datetime | None = None
    generatorURL: Text = ""
    fingerprint: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Webhook(BaseModel):
    model_config = ConfigDict(extra="ignore")
    version: Literal["4"]
    groupKey: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    alerts: Annotated[list[_Alert], Field(max_length=MOST_ALERTS)]


class Alertmanager:
    """Reads Alertmanager's webhook. It sends no signature: it proves itself by a token."""

    name = "alertmanager"
    signed = False

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Alert, ...]:
        """Return the alerts of a request.

        Raises
        ------
        UsageError
            HF702: the body is not what version 4 of the format says.
        """
        try:
            told = _Webhook.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the body"
            raise UsageError.of(
                "HF702", f"{where}: {first['msg']}", fix="send Alertmanager's webhook of version 4"
            ) from None
        return tuple(self._alert(told.groupKey, each) for each in told.alerts)

    def _alert(self, group: str, told: _Alert) -> Alert:
        ended = _aware(told.endsAt) if told.endsAt is not None else None
        return Alert(
            fingerprint=told.fingerprint,
            group=group,
            name=told.labels.get("alertname", "alert"),
            firing=told.status == "firing",
            began_at=_aware(told.startsAt),
            ended_at=ended if ended is not None and ended > NEVER else None,
            labels=told.labels,
            annotations=told.annotations,
            link=told.generatorURL,
        )


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
