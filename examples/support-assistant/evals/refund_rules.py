"""An Inspect task about when a refund is allowed.

inspect eval refund_rules.py --log-format json
"""

from __future__ import annotations

import random

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate
from stand_in import reply

STATES = {
    "it is not opened": (False, False),
    "I opened it": (True, False),
    "the seal is off": (True, False),
    "it was broken on arrival": (False, True),
    "it does not work": (True, True),
}
"""How a customer says it -> whether the box is open, whether the thing is defective."""


def samples(count: int = 200) -> list[Sample]:
    """Return questions with the right answer under the rules: 30 days, unopened or defective."""
    drawn = random.Random(0)  # noqa: S311 (questions, no secrets)
    made = []
    for number in range(count):
        days = drawn.randint(1, 60)
        said = drawn.choices(list(STATES), weights=(40, 30, 4, 13, 13))[0]
        opened, defective = STATES[said]
        allowed = defective or (days <= 30 and not opened)
        question = f"I bought a kettle {days} days ago, {said}. May I have a refund?"
        made.append(Sample(id=number, input=question, target=f"Refund: {'yes' if allowed else 'no'}."))
    return made


@task
def refund_rules() -> Task:
    """Ask the stand-in, through Inspect's own mock model."""
    asked = samples()
    answers = [ModelOutput.from_content("stand-in", reply(str(each.input))[0] or "") for each in asked]
    return Task(
        dataset=MemoryDataset(name="refund-rules", samples=asked),
        solver=generate(),
        scorer=includes(),
        model=get_model("mockllm/stand-in", custom_outputs=answers),
    )
