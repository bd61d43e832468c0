"""PagerDuty as a monitoring system: signed webhooks become alerts, save for those that we rang ourselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from holdfast.access.model.refusing import UnknownPersonError
from holdfast.integrations.pagerduty.webhooks import HEADER, read, verify
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import UsageError
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.alerts import Alert

_OURS = re.compile(r"INC-\d{4}-\d{4,7}(/.*)?|holdfast-test/.*")
"""What our own events are called there: an echo of our page is no second incident."""


class PagerDutyHooks:
    """Reads the webhooks of a subscription.

    Parameters
    ----------
    secrets : sequence of Revealed
        Of the subscription; several while it is changed. None: no webhook is taken.
    """

    name = "pagerduty"
    signed = True

    def __init__(self, secrets: Sequence[Revealed], clock: Clock) -> None:
        self._secrets = tuple(secrets)
        self._clock = clock

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Alert, ...]:
        """Return the alert of a request; none where it is of no concern here.

        Raises
        ------
        UnknownPersonError
            HF621: the signature is missing or wrong, or no secret is set.
        UsageError
            HF702: it is no event of webhooks v3, or one of another time.
        """
        if not self._secrets:
            fix = "set HOLDFAST_PAGERDUTY_SECRETS where the server runs"
            raise UnknownPersonError.of("HF621", "no secret of PagerDuty's webhooks is set", fix=fix)
        if not verify(headers.get(HEADER.lower()), body, self._secrets):
            fix = "compare HOLDFAST_PAGERDUTY_SECRETS with the secret of the subscription"
            raise UnknownPersonError.of("HF621", f"`{HEADER}` is missing or wrong", fix=fix)
        fix = "subscribe to PagerDuty's webhooks of version 3"
        try:
            signal = read(body)
        except ValueError as error:
            raise UsageError.of("HF702", str(error), fix=fix) from None
        if signal is None or signal.act == "ping" or _OURS.fullmatch(signal.dedup_key):
            return ()
        if signal.stale(self._clock.now()):
            raise UsageError.of("HF702", "the event is of another time: it may be a replay", fix=fix)
        labels = {
            "alertname": signal.title or "PagerDuty incident",
            "service": signal.service,
            "severity": signal.urgency,
            "priority": signal.priority,
        }
        resolved = signal.act == "resolved"
        return (
            Alert(
                fingerprint=signal.dedup_key,
                group=signal.dedup_key,
                name=labels["alertname"],
                firing=not resolved,
                began_at=signal.began_at,
                ended_at=signal.at if resolved else None,
                labels={name: value for name, value in labels.items() if value},
                annotations={"summary": signal.title} if signal.title else {},
                link=signal.address,
            ),
        )
