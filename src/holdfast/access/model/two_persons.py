"""The rules of two persons, which several rooms ask: pure functions over who did what.

Widening, accepting and speaking outside need somebody else's consent; narrowing never waits. One person with
two roles is one person, and a machine is nobody's second person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from holdfast.access.model.principal import Kind, Principal
from holdfast.access.model.refusing import StandingError


def counts_as_person(principal: Principal) -> bool:
    """Return whether a consent of theirs is a person's: a machine or a policy consents to nothing.

    Examples
    --------
    >>> counts_as_person(Principal("p-1", Kind.PERSON)), counts_as_person(Principal("t-1", Kind.MACHINE))
    (True, False)
    """
    return principal.kind in (Kind.PERSON, Kind.LOCAL)


def check_consent(principal: Principal, asked_by: str, act: str) -> None:
    """Refuse a consent that is none.

    Parameters
    ----------
    asked_by : str
        The actor who asked for what is to be consented to: its author, its requester.
    act : str
        What it is, for the message: "the update to customers".

    Raises
    ------
    StandingError
        HF632: a machine consents, or who asked does.

    Examples
    --------
    >>> check_consent(Principal("p-2", Kind.PERSON), "p-1", "the update")
    """
    if not counts_as_person(principal):
        raise StandingError.of(
            "HF632",
            f"`{principal.actor}` is no person, and cannot consent to {act}",
            fix="a person who may approve does",
        )
    if principal.actor == asked_by:
        raise StandingError.of(
            "HF632",
            f"`{asked_by}` asked for {act}, and cannot consent to it as well",
            fix="somebody else who may approve does",
        )


def two_persons(first: str, second: str) -> bool:
    """Return whether two actors are two persons: ids of machines and policies are nobody's.

    Examples
    --------
    >>> two_persons("p-1", "p-2"), two_persons("p-1", "p-1"), two_persons("p-1", "t-9")
    (True, False, False)
    """
    return first != second and is_person(first) and is_person(second)


def is_person(actor: str) -> bool:
    """Return whether an actor's id is a person's: on the server `p-`, on a command line whatever it says.

    Examples
    --------
    >>> [is_person(each) for each in ("p-1", "cli-1", "ops", "t-1", "policy:pager", "anonymous")]
    [True, True, True, False, False, False]
    """
    return bool(actor) and not actor.startswith(("t-", "policy:")) and actor not in ("clock", "anonymous")


def persons_among(actors: Iterable[str]) -> frozenset[str]:
    """Return the persons among actors, each once, whatever roles they have."""
    return frozenset(each for each in actors if is_person(each))


def missing(
    roles: Collection[str], consents: Mapping[str, Collection[str]], asked_by: str | None = None
) -> tuple[str, ...]:
    """Return the roles for which nobody has consented yet, when each person counts for one role only.

    Parameters
    ----------
    roles : collection of str
        For which a consent is needed, each by another person.
    consents : mapping
        Role -> the actors who consented for it.
    asked_by : str, optional
        Who asked: their consent counts for nothing.

    Returns
    -------
    tuple of str
        As few as possible, in the order of `roles`: persons are given to roles in the best way.

    Examples
    --------
    >>> missing(["privacy", "legal"], {"privacy": ["p-1"], "legal": ["p-1"]})
    ('legal',)
    >>> missing(["privacy", "legal"], {"privacy": ["p-1", "p-2"], "legal": ["p-1"]})
    ()
    >>> missing(["privacy"], {"privacy": ["p-1"]}, asked_by="p-1")
    ('privacy',)
    """
    given: dict[str, str] = {}  # person -> the role that they stand for

    def find(role: str, tried: set[str]) -> bool:
        for person in sorted(persons_among(consents.get(role, ())) - {asked_by or ""}):
            if person in tried:
                continue
            tried.add(person)
            # somebody who stands for another role may be freed, where that role has somebody else
            if person not in given or find(given[person], tried):
                given[person] = role
                return True
        return False

    for role in roles:
        find(role, set())
    standing = set(given.values())
    return tuple(role for role in roles if role not in standing)
