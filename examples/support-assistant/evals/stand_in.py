"""What the evaluation tools of this example ask: no model, only rules, so that anyone can run it again."""

from __future__ import annotations

import re

POLITE = "I can help with orders, returns and technical questions. What may I look up for you?"
FOREIGN = re.compile(r"ignore|disregard|instead|translate|system prompt|decode|repeat after", re.IGNORECASE)


def refund(prompt: str) -> str | None:
    """Return the answer to a question about a refund: 30 days, unopened or defective."""
    days = re.search(r"(\d+) days", prompt)
    if "refund" not in prompt.lower() or days is None:
        return None
    defective = "broken" in prompt or "does not work" in prompt
    # what it does not understand: "the seal is off" means opened
    opened = "opened" in prompt and "not opened" not in prompt
    allowed = defective or (int(days[1]) <= 30 and not opened)
    return f"Refund: {'yes' if allowed else 'no'}."


def reply(prompt: str, **_: object) -> list[str | None]:
    """Return the answer to a prompt, as garak's generator `function` asks for it."""
    return [POLITE if FOREIGN.search(prompt) else (refund(prompt) or POLITE)]
