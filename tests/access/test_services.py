"""What access does, on both engines."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from access_house import ADMIN, HERE, House, came_in, issued
from sqlalchemy import select

from holdfast.access.commands import ChangeRoles, Invite
from holdfast.access.events import AccessDenied, SignedIn, TokenIssued
from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.access.model.refusing import DeniedError, InvalidError, NotFoundError, UnknownPersonError
from holdfast.kernel.errors import LedgerError
from holdfast.store.tables.access import (
    access_denials,
    identities,
    machine_tokens,
    people,
    sessions,
    sign_in_links,
)


def test_the_first_link_makes_the_owner_and_there_is_no_other(both: House) -> None:
    services = both.services()
    first, second = services.first_link(), services.first_link()
    assert first is not None
    assert second is not None
    came = services.use(first.secret, "Ann", "Firefox on Linux", HERE)
    known = services.doorkeeper.by_cookie(came.secret).principal
    assert known.roles == frozenset(Role)
    assert services.first_link() is None
    with pytest.raises(NotFoundError, match="HF623"):
        services.use(second.secret, "Eve", "Firefox on Linux", HERE)


def test_two_who_open_the_house_at_once_make_one_owner(both: House) -> None:
    links = [both.services().first_link() for _ in range(4)]
    owners = at_once([lambda link=link: both.services().use(link.secret, "A", "a", HERE) for link in links])
    assert len([each for each in owners if not isinstance(each, Exception)]) == 1
    assert len(both.services().room.directory.people().admins) == 1


def test_a_link_that_two_use_at_once_lets_one_in(both: House) -> None:
    link = both.services().invite(ADMIN, Invite(("viewer",)), "")
    came = at_once([lambda: both.services().use(link.secret, "Ann", "a", HERE)] * 4)
    inside = [each for each in came if not isinstance(each, Exception)]
    assert len(inside) == 1
    assert all(isinstance(each, NotFoundError) for each in came if each not in inside)
    facts = both.services().ledger.since(0, limit=100, types=["SignedIn"])
    assert [each.event for each in facts] == [SignedIn(person=link.actor, way="link")]


def test_looking_at_a_link_does_not_burn_it(both: House) -> None:
    services = both.services()
    link = services.invite(ADMIN, Invite(("viewer",), name="Ann"), "")
    for _ in range(3):
        assert services.look(link.secret, HERE).name == "Ann"
    services.use(link.secret, "", "a", HERE)
    with pytest.raises(NotFoundError, match="HF623"):
        services.look(link.secret, HERE)


def test_a_link_ends(both: House) -> None:
    services = both.services()
    link = services.invite(ADMIN, Invite(("viewer",)), "")
    both.clock.advance(timedelta(hours=72))
    with pytest.raises(NotFoundError, match="HF623"):
        services.use(link.secret, "Ann", "a", HERE)


def test_what_fails_inside_leaves_the_link_usable(both: House, monkeypatch: pytest.MonkeyPatch) -> None:
    services = both.services()
    link = services.invite(ADMIN, Invite(("viewer",)), "")
    with pytest.raises(InvalidError, match="HF631"):
        services.use(link.secret, "x" * 200, "a", HERE)
    assert services.use(link.secret, "Ann", "a", HERE).actor == link.actor


def test_names_stand_in_no_fact(both: House) -> None:
    services = both.services()
    services.invite(ADMIN, Invite(("viewer",), ("oncall",), "Ann Example", "ann@example.org"), "")
    facts = " ".join(str(each.event.data()) for each in services.ledger.since(0, limit=100))
    assert "oncall" in facts
    assert "Example" not in facts
    assert "example.org" not in facts


def test_roles_and_groups_reach_the_next_request_of_another_process(both: House) -> None:
    one, other = both.services(), both.services()
    actor, secret = came_in(one, "viewer")
    assert other.doorkeeper.by_cookie(secret).principal.roles == {Role.VIEWER}
    one.change_roles(ADMIN, ChangeRoles(actor, ("responder",), ("legal",)))
    known = other.doorkeeper.by_cookie(secret).principal
    assert (known.roles, known.groups) == ({Role.RESPONDER}, {"legal"})


def test_a_deactivated_persons_session_ends_at_once_in_another_process(both: House) -> None:
    one, other = both.services(), both.services()
    actor, secret = came_in(one, "viewer")
    assert other.doorkeeper.by_cookie(secret).principal.actor == actor
    one.deactivate(ADMIN, actor)
    assert other.doorkeeper.by_cookie(secret).principal.kind is Kind.ANONYMOUS
    one.reactivate(ADMIN, actor)
    assert other.doorkeeper.by_cookie(secret).principal.kind is Kind.ANONYMOUS


def test_the_fact_alone_ends_the_session_where_a_process_died_after_it(both: House) -> None:
    services = both.services()
    actor, secret = came_in(services, "viewer")
    from holdfast.access.events import PEOPLE, PersonDeactivated

    services.room.record(PEOPLE, "cli-admin", PersonDeactivated(person=actor))
    assert services.doorkeeper.by_cookie(secret).principal.kind is Kind.ANONYMOUS


def test_a_deactivated_persons_link_opens_nothing(both: House) -> None:
    services = both.services()
    link = services.invite(ADMIN, Invite(("viewer",)), "")
    services.deactivate(ADMIN, link.actor)
    with pytest.raises(NotFoundError, match="HF623"):
        services.use(link.secret, "Ann", "a", HERE)
    with pytest.raises(NotFoundError, match="HF627"):
        services.link(ADMIN, link.actor)


def test_who_is_forgotten_leaves_an_id_and_a_chain_that_verifies(both: House) -> None:
    services = both.services()
    link = services.invite(ADMIN, Invite(("viewer",), name="Ann", mail="ann@example.org"), "")
    secret = services.use(link.secret, "", "a", HERE).secret
    services.forget(ADMIN, link.actor)
    assert services.names_of([link.actor]) == {}
    assert services.doorkeeper.by_cookie(secret).principal.kind is Kind.ANONYMOUS
    with services.store.reading() as connection:
        for table in (people, identities, sessions, sign_in_links):
            assert connection.execute(select(table).where(table.c.actor == link.actor)).all() == []
    assert services.ledger.head().seq == len(services.ledger.since(0, limit=1000))


def test_erasing_is_finished_by_whoever_tends_the_house_next(both: House) -> None:
    services = both.services()
    actor, _ = came_in(services, "viewer", name="Ann")
    from holdfast.access.events import PEOPLE, PersonForgotten

    services.room.record(PEOPLE, "cli-admin", PersonForgotten(person=actor))  # and the process dies
    assert services.names_of([actor]) == {actor: "Ann"}
    both.services().tend()
    assert services.names_of([actor]) == {}


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.ADMIN])
def test_only_admins_administer(house: House, role: Role) -> None:
    services = house.services()
    somebody = Principal("p-1", Kind.PERSON, frozenset({role}))
    for attempt in (
        lambda: services.people(somebody),
        lambda: services.invite(somebody, Invite(("admin",)), ""),
        lambda: services.forget(somebody, "p-2"),
        lambda: services.revoke(somebody, "t-2"),
        lambda: services.tokens(somebody),
    ):
        with pytest.raises(DeniedError, match="HF622"):
            attempt()


def test_sessions_end_when_idle_and_at_last(both: House) -> None:
    services = both.services()
    _, secret = came_in(services, "viewer")
    for _ in range(29):
        both.clock.advance(timedelta(days=1))
        assert services.doorkeeper.by_cookie(secret).principal.kind is Kind.PERSON
    both.clock.advance(timedelta(days=1))
    assert services.doorkeeper.by_cookie(secret).principal.kind is Kind.ANONYMOUS
    _, idle = came_in(services, "viewer")
    both.clock.advance(timedelta(days=7))
    assert services.doorkeeper.by_cookie(idle).principal.kind is Kind.ANONYMOUS


def test_a_clock_that_jumps_back_opens_nothing_that_was_found_over(both: House) -> None:
    services = both.services()
    _, secret = came_in(services, "viewer")
    both.clock.advance(timedelta(days=8))
    assert services.doorkeeper.by_cookie(secret).stale
    both.clock.advance(timedelta(days=-8))
    assert services.doorkeeper.by_cookie(secret).stale


def test_a_clock_that_jumps_back_signs_nobody_out(both: House) -> None:
    services = both.services()
    _, secret = came_in(services, "viewer")
    both.clock.advance(timedelta(hours=-1))
    assert services.doorkeeper.by_cookie(secret).principal.kind is Kind.PERSON


def test_signing_out_everywhere_ends_every_session_of_that_person_only(both: House) -> None:
    services = both.services()
    actor, secret = came_in(services, "viewer")
    _, others = came_in(services, "viewer")
    second = services.use(services.link(ADMIN, actor).secret, "", "b", HERE).secret
    who = services.doorkeeper.by_cookie(secret)
    services.sign_out(who.principal, who.session, everywhere=True)
    assert services.doorkeeper.by_cookie(secret).stale
    assert services.doorkeeper.by_cookie(second).stale
    assert services.doorkeeper.by_cookie(others).principal.kind is Kind.PERSON


def test_an_admin_signs_somebody_out_everywhere_who_may_come_in_again(both: House) -> None:
    services = both.services()
    actor, secret = came_in(services, "viewer")
    unused = services.link(ADMIN, actor)
    services.shut_out(ADMIN, actor)
    assert services.doorkeeper.by_cookie(secret).stale
    with pytest.raises(NotFoundError, match="HF623"):
        services.use(unused.secret, "", "a", HERE)
    assert services.use(services.link(ADMIN, actor).secret, "", "a", HERE).actor == actor
    with pytest.raises(NotFoundError, match="HF627"):
        services.shut_out(ADMIN, "p-00000000")


def test_somebody_elses_session_is_as_if_it_were_not_there(both: House) -> None:
    services = both.services()
    ann, _ = came_in(services, "viewer")
    bob, secret = came_in(services, "viewer")
    ref = services.sessions(Principal(bob, Kind.PERSON), "")[0].ref
    with pytest.raises(NotFoundError) as theirs:
        services.end_session(Principal(ann, Kind.PERSON), ref)
    with pytest.raises(NotFoundError) as nobodys:
        services.end_session(Principal(ann, Kind.PERSON), "0" * 16)
    assert str(theirs.value).replace(ref, "0" * 16) == str(nobodys.value)
    assert services.doorkeeper.by_cookie(secret).principal.actor == bob


def test_a_token_is_shown_once_and_kept_as_a_hash(both: House) -> None:
    services = both.services()
    token = issued(services, "report", "view")
    known = services.doorkeeper.by_token(token.text, HERE).principal
    assert (known.actor, known.kind, known.scopes) == (token.actor, Kind.MACHINE, {"report", "view"})
    with services.store.reading() as connection:
        rows = connection.execute(select(machine_tokens)).all()
    assert token.text not in str(rows)
    facts = [each.event for each in services.ledger.since(0, limit=10)]
    assert isinstance(facts[0], TokenIssued)
    assert token.text not in str(facts)


def test_a_revoked_token_opens_nothing_in_any_process(both: House) -> None:
    one, other = both.services(), both.services()
    token = issued(one, "report")
    assert other.doorkeeper.by_token(token.text, HERE)
    one.revoke(ADMIN, token.actor)
    with pytest.raises(UnknownPersonError, match="was revoked"):
        other.doorkeeper.by_token(token.text, HERE)


def test_a_token_ends(both: House) -> None:
    services = both.services()
    token = issued(services, "report", days=30)
    both.clock.advance(timedelta(days=30))
    with pytest.raises(UnknownPersonError, match="ended at 2026-12-21"):
        services.doorkeeper.by_token(token.text, HERE)


def test_the_last_use_of_a_token_is_known_by_the_day(both: House) -> None:
    services = both.services()
    token = issued(services, "report")
    assert services.tokens(ADMIN)[0].used_on is None
    services.doorkeeper.by_token(token.text, HERE)
    assert services.tokens(ADMIN)[0].used_on == "2026-11-21"


def test_denials_are_counted_and_recorded_once_a_span(both: House) -> None:
    services = both.services()
    for _ in range(1000):
        services.doorkeeper.denied("anonymous", "token", "192.0.2.7")
    services.doorkeeper.denied("p-1", "administer", "192.0.2.7")
    services.tend()
    assert denials(services) == []  # the span is not over
    both.clock.advance(timedelta(minutes=10))
    at_once([both.services().tend for _ in range(3)] + [services.tend])
    counts = {(each.who, each.wanted): each.count for each in denials(services)}
    assert counts == {("anonymous", "token"): 1000, ("p-1", "administer"): 1}
    services.tend()
    assert len(denials(services)) == 2


def test_a_batch_of_denials_is_not_recorded_twice_where_a_process_died_between(both: House) -> None:
    services = both.services()
    services.doorkeeper.denied("anonymous", "token", "192.0.2.7")
    both.clock.advance(timedelta(minutes=10))
    services.tend()
    with services.store.writing() as connection:  # the rows as they were before they were erased
        recorded = services.ledger.since(0, limit=10)[-1]
        connection.execute(
            access_denials.insert().values(
                span="x", who="anonymous", wanted="token", address="y", count=1,
                batch=recorded.stream.rpartition("/")[2],
                first_at="2026-11-21T12:00:00.000000Z", last_at="2026-11-21T12:00:00.000000Z",
            )
        )  # fmt: skip
    services.tend()
    assert len(denials(services)) == 1


def test_very_many_addresses_share_a_fact(house: House) -> None:
    services = house.services()
    for number in range(300):
        services.doorkeeper.denied("anonymous", "token", f"198.51.{number % 256}.{number // 256}")
    house.clock.advance(timedelta(minutes=10))
    services.tend()
    found = denials(services)
    assert len(found) <= 201
    assert sum(each.count for each in found) == 300
    assert [each.count for each in found if each.address == "many"] == [100]


def test_an_address_stands_in_no_fact_and_the_same_one_is_recognised(both: House) -> None:
    services = both.services()
    services.doorkeeper.denied("anonymous", "token", "2001:db8::1")
    services.doorkeeper.denied("anonymous", "link", "2001:db8::2")
    services.doorkeeper.denied("anonymous", "host", "192.0.2.7")
    both.clock.advance(timedelta(minutes=10))
    services.tend()
    found = {each.wanted: each.address for each in denials(services)}
    assert found["token"] == found["link"] != found["host"]
    assert "2001" not in str(found) + str(found["host"])


def test_what_was_denied_while_the_store_was_locked_is_counted_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = house.services()
    services.doorkeeper.denied("anonymous", "link", "192.0.2.7")

    @contextmanager
    def locked():
        raise LedgerError.of("HF404", "the store is locked")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(services.store, "writing", locked)
        with pytest.raises(LedgerError):
            services.doorkeeper.denied("p-1", "administer", "192.0.2.7")
    house.clock.advance(timedelta(minutes=10))
    services.tend()
    assert {each.wanted: each.count for each in denials(services)} == {"link": 1, "administer": 1}


def denials(services) -> list[AccessDenied]:
    facts = services.ledger.since(0, limit=1000, types=["AccessDenied"])
    return [each.event for each in facts if isinstance(each.event, AccessDenied)]


def at_once(works) -> list:
    """Let several threads begin at the same instant; return what each comes to, refusals included."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = works[number]()
        except Exception as error:  # noqa: BLE001 -- what it comes to is what is asked
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
