"""How each duty stands: proposed, decided, sent, decided anew; and when each notice is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from holdfast.kernel.clock import iso
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.plan import Plan
from holdfast.respond.events.duties import (
    Answer,
    DutyAnswered,
    DutyDaysSet,
    DutyDecided,
    DutyPlacesSet,
    DutyReopened,
    DutySent,
    DutyStartRecorded,
)
from holdfast.respond.model.duties.standing import Duty, Ground, duties, duty_clocks
from holdfast.respond.model.duties.state import DutiesState
from holdfast.respond.model.duties.terms import Days
from holdfast.respond.model.grounds import days_of

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday
WORDS = Sealed(id="sealed-words", commitment="sha256:" + "0" * 64)


def told(*events: Event, at: datetime = NOW) -> DutiesState:
    state = DutiesState()
    for n, event in enumerate(events, 10):
        state = state.evolve(Recorded(n, "incident/INC-2026-0001", n, at, "p-1", None, event, ""))
    return state


def answers(**given: Answer) -> list[DutyAnswered]:
    return [DutyAnswered(question=question, answer=answer) for question, answer in given.items()]


def one(state: DutiesState, regime: str, places: tuple[str, ...] = ("EU",), days: Days = Days()) -> Duty:  # noqa: B008 -- immutable
    ground = Ground(NOW, 1, places, days=days)
    return next(duty for duty in duties(state, ground) if duty.regime.id == regime)


def started(start: str, at: datetime) -> DutyStartRecorded:
    return DutyStartRecorded(start=start, happened_at=iso(at))


def sent(regime: str, stage: str, at: datetime) -> DutySent:
    return DutySent(regime=regime, stage=stage, sent_at=iso(at), receipt=WORDS)


def decided(regime: str, what: str, proposed: str = "open", **given: Answer) -> DutyDecided:
    return DutyDecided.model_validate(
        {
            "regime": regime,
            "decided": what,
            "reason": WORDS,
            "proposed": proposed,
            "answers": given,
            "places": [],
        }
    )


BREACH = answers(personal_data="yes", personal_data_breach="yes", risk_to_people="yes")


def test_the_clock_runs_from_the_declaration_until_somebody_records_when_awareness_began() -> None:
    assumed = one(told(*BREACH), "GDPR-33").stages[0]
    assert (assumed.due, assumed.start is not None and assumed.start.sure) == (
        NOW + timedelta(hours=72),
        False,
    )
    aware = NOW - timedelta(hours=5)
    known = one(told(*BREACH, started("awareness", aware)), "GDPR-33").stages[0]
    assert (known.due, known.start is not None and known.start.sure) == (aware + timedelta(hours=72), True)


def test_a_start_that_is_corrected_makes_another_clock() -> None:
    ground = Ground(NOW, 1, ("EU",))
    first = told(*BREACH, started("awareness", NOW))
    second = told(*BREACH, started("awareness", NOW), started("awareness", NOW - timedelta(hours=1)))
    before, after = (
        {clock.id: clock.due for clock in duty_clocks(duties(state, ground)) if clock.subject == "GDPR-33"}
        for state in (first, second)
    )
    assert not before.keys() & after.keys()


def test_a_duty_that_counts_from_a_determination_waits_for_it() -> None:
    material = answers(sec_registrant="yes", security_incident="yes", material="yes")
    waiting = one(told(*material, started("awareness", NOW)), "SEC-105", ("US",))
    assert (waiting.stands, waiting.stages[0].stands, waiting.due) == ("due", "waiting", None)
    determined = one(told(*material, started("materiality", NOW)), "SEC-105", ("US",))
    assert determined.due == datetime(2026, 11, 27, 5, tzinfo=UTC)


def test_business_days_without_holidays_say_so_and_with_them_do_not() -> None:
    facts = (
        *answers(sec_registrant="yes", security_incident="yes", material="yes"),
        started("materiality", NOW),
    )
    assert one(told(*facts), "SEC-105", ("US",)).stages[0].unnamed_holidays
    named = DutyDaysSet(zone="UTC", holidays=["2026-11-26"])
    stage = one(told(*facts, named), "SEC-105", ("US",)).stages[0]
    assert (stage.unnamed_holidays, stage.due) == (False, datetime(2026, 11, 28, 5, tzinfo=UTC))
    plan = Days("UTC", frozenset({date(2026, 11, 26)}))
    assert one(told(*facts), "SEC-105", ("US",), plan).stages[0].due == stage.due


def test_the_earliest_of_several_recorded_starts_counts() -> None:
    facts = answers(frontier_developer="yes", critical_safety_incident="yes")
    later = datetime(2027, 2, 1, tzinfo=UTC)
    state = told(
        *facts,
        started("awareness", later),
        started("determination", later + timedelta(hours=9)),
        started("reasonable_belief", later + timedelta(hours=2)),
    )
    assert one(state, "NY-RAISE-72", ("US-NY",)).due == later + timedelta(hours=74)


def test_without_undue_delay_is_a_reminder_of_ours_and_says_so() -> None:
    state = told(*answers(personal_data="yes", personal_data_breach="yes", high_risk_to_people="yes"))
    stage = one(state, "GDPR-34").stages[0]
    assert (stage.due, stage.reminder) == (NOW + timedelta(hours=24), True)


def test_no_person_has_said_that_it_does_not_apply_until_one_did() -> None:
    assert one(told(*answers(personal_data="no")), "GDPR-33").stands == "to_confirm"
    state = told(*answers(personal_data="no"), decided("GDPR-33", "not_applicable", "not_applicable"))
    duty = one(state, "GDPR-33")
    assert (duty.stands, duty.settled) == ("not_applicable", True)


def test_answers_that_changed_to_the_worse_open_what_was_decided() -> None:
    state = told(
        *answers(personal_data="no"),
        decided("GDPR-33", "not_applicable", "not_applicable"),
        *answers(personal_data="unknown"),
    )
    duty = one(state, "GDPR-33")
    assert (duty.stands, duty.changed, duty.settled) == ("open", True, False)
    assert one(told(*answers(personal_data="no"), decided("GDPR-33", "not_applicable", "not_applicable"),
                    *BREACH), "GDPR-33").stands == "due"  # fmt: skip


def test_a_person_may_say_that_it_does_not_apply_against_the_tree() -> None:
    duty = one(told(*BREACH, decided("GDPR-33", "not_applicable", "due")), "GDPR-33")
    assert (duty.stands, duty.changed) == ("not_applicable", False)


def test_a_duty_stays_due_by_a_persons_word_and_the_doubt_is_shown() -> None:
    duty = one(told(decided("GDPR-33", "due", "open"), *answers(personal_data="no")), "GDPR-33")
    assert (duty.stands, duty.doubt) == ("due", True)


def test_a_duty_kept_open_is_due_once_the_answers_say_so() -> None:
    state = told(decided("GDPR-33", "open"), *BREACH)
    duty = one(state, "GDPR-33")
    assert (duty.stands, duty.changed) == ("due", True)


def test_a_notice_that_was_sent_settles_it_and_reopening_undoes_that() -> None:
    facts = (*BREACH, sent("GDPR-33", "notification", NOW + timedelta(hours=1)))
    assert one(told(*facts), "GDPR-33").stands == "sent"
    again = one(told(*facts, DutyReopened(regime="GDPR-33", because=WORDS)), "GDPR-33")
    assert (again.stands, again.due) == ("due", NOW + timedelta(hours=72))


def test_stages_follow_each_other() -> None:
    facts = answers(digital_product="yes", severe_product_incident="yes")
    first = one(told(*facts), "CRA-I")
    assert [each.stands for each in first.stages] == ["due", "due", "waiting"]
    assert [each.due for each in first.stages[:2]] == [NOW + timedelta(hours=24), NOW + timedelta(hours=72)]
    later = NOW + timedelta(hours=50)
    second = one(
        told(*facts, sent("CRA-I", "early warning", NOW), sent("CRA-I", "notification", later)), "CRA-I"
    )
    assert (second.stands, [each.stands for each in second.stages]) == ("due", ["sent", "sent", "due"])
    assert second.due == datetime(2026, 12, 22, 14, tzinfo=UTC)


def test_a_duty_may_follow_the_notice_of_another() -> None:
    facts = answers(essential_entity="yes", significant_incident="yes")
    assert one(told(*facts), "NIS2-1M").stages[0].stands == "waiting"
    state = told(*facts, sent("NIS2-72", "notification", NOW))
    assert one(state, "NIS2-1M").due == datetime(2026, 12, 20, 12, tzinfo=UTC)


def test_a_final_report_counts_from_the_latest_intermediate_one() -> None:
    facts = answers(financial_entity="yes", major_ict="yes")
    twice = [sent("DORA-72H", "intermediate", NOW + timedelta(days=d)) for d in (2, 10)]
    assert one(told(*facts, *twice), "DORA-1M").due == datetime(2026, 12, 30, 12, tzinfo=UTC)


def test_an_intermediate_report_is_due_every_four_weeks_until_the_incident_is_resolved() -> None:
    facts = (*answers(gpai_code="yes", weights_taken="yes"), started("model_involvement", NOW))
    week = timedelta(weeks=1)

    def stands(*more: Event) -> list[tuple[str, datetime | None]]:
        return [(each.stands, each.due) for each in one(told(*facts, *more), "GPAICOP-9.3-5").stages]

    assert stands() == [("due", NOW + timedelta(days=5)), ("waiting", None), ("waiting", None)]
    initial = sent("GPAICOP-9.3-5", "initial", NOW)
    assert stands(initial)[1] == ("due", NOW + 4 * week)
    between = sent("GPAICOP-9.3-5", "intermediate", NOW + 3 * week)
    assert stands(initial, between)[1] == ("due", NOW + 7 * week)
    resolved = started("resolved", NOW + 5 * week)
    assert stands(initial, between, resolved)[1][0] == "sent"
    assert stands(initial, between, resolved)[2] == ("due", NOW + 5 * week + timedelta(days=60))
    final = sent("GPAICOP-9.3-5", "final", NOW + 6 * week)
    duty = one(told(*facts, initial, between, resolved, final), "GPAICOP-9.3-5")
    assert duty.stands == "sent"


def test_each_intermediate_report_is_a_clock_of_its_own() -> None:
    facts = (
        *answers(gpai_code="yes", weights_taken="yes"),
        started("model_involvement", NOW),
        sent("GPAICOP-9.3-5", "initial", NOW),
    )
    ground = Ground(NOW, 1, ("EU",))
    before = {c.id for c in duty_clocks(duties(told(*facts), ground)) if c.subject == "GPAICOP-9.3-5"}
    more = sent("GPAICOP-9.3-5", "intermediate", NOW + timedelta(weeks=4))
    after = {c.id for c in duty_clocks(duties(told(*facts, more), ground)) if c.subject == "GPAICOP-9.3-5"}
    assert len(before) == len(after) == 1
    assert before != after


def test_a_stage_for_imminent_danger_is_asked_for_only_then() -> None:
    facts = answers(frontier_developer="yes", critical_safety_incident="yes", imminent_danger="no")
    assert [each.stands for each in one(told(*facts), "IL-SB315").stages] == ["waiting", "none"]


def test_a_contract_is_due_when_the_person_who_read_it_says() -> None:
    open_ = one(told(*answers(contract_promise="yes")), "CONTRACT")
    assert (open_.stands, open_.due) == ("due", None)
    fact = decided("CONTRACT", "due").model_copy(update={"due_at": iso(NOW + timedelta(hours=9))})
    assert one(told(fact), "CONTRACT").due == NOW + timedelta(hours=9)


def test_places_that_a_person_says_for_the_incident_replace_those_of_the_plan() -> None:
    state = told(*BREACH, DutyPlacesSet(places=["UK"]))
    assert one(state, "GDPR-33").stands == "to_confirm"
    assert one(state, "UKGDPR-33").stands == "due"


def test_open_duties_make_one_clock_with_the_earliest_end() -> None:
    clocks = duty_clocks(duties(told(), Ground(NOW, 1, ("UK",))))
    assert [(clock.subject, clock.due) for clock in clocks] == [("questions", NOW + timedelta(hours=72))]
    assert clocks[0].title == "open questions of 2 notification duties, UK-PECR first"


def test_nothing_open_and_nothing_due_makes_no_clock() -> None:
    state = told(*answers(personal_data="no", contract_promise="no"))
    assert duty_clocks(duties(state, Ground(NOW, 1, ("UK",)))) == []


def test_the_answer_to_the_tree_goes_before_that_of_the_checklist() -> None:
    ground = Ground(NOW, 1, ("EU",), {"personal_data": "no"})
    first = next(duty for duty in duties(told(), ground) if duty.regime.id == "GDPR-33")
    assert first.stands == "to_confirm"
    second = next(
        duty
        for duty in duties(told(*answers(personal_data="unknown")), ground)
        if duty.regime.id == "GDPR-33"
    )
    assert second.stands == "open"


def test_a_plan_names_the_days_on_which_nobody_works() -> None:
    system = {"id": "support", "name": "Support"}
    plan = {"holdfast": "1", "system": system}
    named = {**plan, "calendar": {"zone": "Europe/Berlin", "holidays": ["2026-12-25"]}}
    assert days_of(None) == days_of(Plan.model_validate(plan)) == Days()
    assert days_of(Plan.model_validate(named)) == Days("Europe/Berlin", frozenset({date(2026, 12, 25)}))
    assert days_of(Plan.model_validate({**plan, "calendar": {"zone": "Europe/Berlin"}})).holidays is None


@pytest.mark.parametrize("calendar", [{"zone": "Berlin"}, {"holidays": ["2026-02-30"]}, {"zone": "../etc"}])
def test_a_plan_with_an_impossible_calendar_is_refused(calendar: dict[str, object]) -> None:
    plan = {"holdfast": "1", "system": {"id": "support", "name": "Support"}, "calendar": calendar}
    with pytest.raises(ValidationError, match=r"no time zone|no day of the calendar"):
        Plan.model_validate(plan)
