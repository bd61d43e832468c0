"""One shape for everything that is refused: RFC 9457 for programs, the same words as a page for people.

A room raises its `HoldfastError`, or an `HTTPException` where there is nothing more to say; nothing else is
needed. Which status a code has stands in one table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import ConflictError, HoldfastError, InputError, LedgerError, Problem

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
STATUSES: dict[str, int] = {
    "HF405": 507,  # no room to write
    "HF621": 401,
    "HF622": 403,
    "HF620": 421,
    "HF623": 404,
    "HF624": 403,
    "HF625": 429,
    "HF626": 409,
    "HF627": 404,
    "HF628": 403,
    "HF629": 403,
    "HF632": 409,
    "HF633": 503,
    "HF634": 409,
    "HF733": 403,
    "HF738": 403,
    "HF745": 403,
    "HF640": 404,
    "HF641": 413,
    "HF642": 503,
    "HF643": 400,
    "HF701": 404,
    "HF704": 409,
    "HF709": 409,
    "HF710": 404,
    "HF770": 410,
    "HF773": 413,
    "HF775": 409,
    "HF776": 404,
    "HF777": 409,
    "HF778": 410,
    "HF605": 409,
    "HF791": 403,
    "HF794": 409,
}
"""Status of the codes whose class of error does not tell it."""
WORDS: dict[int, str] = {
    400: "This cannot be understood.",
    401: "Nobody is signed in.",
    403: "This is not yours to do.",
    404: "There is nothing here.",
    405: "This address does not take that.",
    409: "Somebody else was quicker, or something stands against it.",
    410: "It was here, and was taken away on purpose.",
    411: "It does not say how large it is.",
    413: "This is too large.",
    421: "This server is not called that.",
    422: "Something in it is not right.",
    429: "Too many at once.",
    500: "Holdfast failed.",
    503: "This is not possible at the moment.",
    504: "This took too long.",
    507: "There is no room left to write.",
}
"""What a status means to a person: the headline of its page."""


_TEXT = {"type": "string"}
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "code", "fix", "request"), _TEXT),
        "status": {"type": "integer"},
    },
    "example": {
        "type": "urn:holdfast:error:HF622",
        "title": "This is not yours to do.",
        "status": 403,
        "detail": "`t-1f3870be` may not `declare`",
        "code": "HF622",
        "fix": "somebody with the role does, or an admin gives it",
        "request": "3d776ba6e1247346",
    },
}
"""The shape of what is refused, as OpenAPI describes it; `code` stands in docs/errors.md."""
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}
    for status, words in (
        ("4XX", "Refused: `code` says why, `fix` what to do."),
        ("5XX", "Not now, or our fault."),
    )
}
"""What every route of the API may answer besides its own."""


@dataclass(frozen=True)
class Refusal:
    """What is told about a request that is not answered as asked.

    Attributes
    ----------
    status : int
    code : str
        Of `holdfast.kernel.codes`; empty where HTTP's own status says all.
    title, detail : str
        What the status means, and what is wrong here.
    fix : str
        What to do.
    problems : sequence of Problem
        Every problem, where there are several.
    headers : mapping
        Such as Retry-After.
    request : str
        The request's id, by which it is found in the logs.
    more : mapping
        Further members: of a conflict, what both sides wrote.
    """

    status: int
    code: str
    title: str
    detail: str
    fix: str = ""
    problems: Sequence[Problem] = ()
    headers: Mapping[str, str] | None = None
    request: str = ""
    more: Mapping[str, Json] = field(default_factory=dict)

    def because(self, fix: str) -> Refusal:
        """Return the same with what to do."""
        return replace(self, fix=fix)

    def json(self) -> dict[str, Json]:
        """Return it as RFC 9457 asks, with our code and what to do."""
        told: dict[str, Json] = {
            "type": f"urn:holdfast:error:{self.code}" if self.code else "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.code:
            told["code"] = self.code
        if self.fix:
            told["fix"] = self.fix
        if len(self.problems) > 1:
            told["problems"] = [
                {"code": each.code, "detail": each.message, "fix": each.fix} for each in self.problems
            ]
        if self.request:
            told["request"] = self.request
        return {**told, **self.more}


def status_of(error: HoldfastError) -> int:
    """Return the HTTP status of a refusal.

    Examples
    --------
    >>> status_of(ConflictError.of("HF407", "somebody else appended first"))
    409
    """
    code = error.problems[0].code if error.problems else ""
    if code in STATUSES:
        return STATUSES[code]
    if isinstance(error, ConflictError):
        return 409
    if isinstance(error, InputError):
        return 422
    if isinstance(error, LedgerError):
        return 503
    return 422


def refusal_of(error: HoldfastError) -> Refusal:
    """Return what is told of an error. Where a file lies is not told: it is nobody's business outside."""
    status, first = status_of(error), error.problems[0]
    more = error.more if isinstance(error, ConflictError) else {}
    said, headers = WORDS.get(status, ""), _headers(status, error)
    return Refusal(
        status, first.code, said, first.message, first.fix or "", error.problems, headers=headers, more=more
    )


def _headers(status: int, error: HoldfastError) -> dict[str, str]:
    seconds: int | None = getattr(error, "retry_seconds", None)
    if seconds is None and status == 503:
        seconds = 5
    told = {} if seconds is None else {"Retry-After": str(seconds)}
    return {**told, "WWW-Authenticate": 'Bearer realm="holdfast"'} if status == 401 else told


def refusal_of_status(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Refusal:
    """Return what is told where HTTP's own status says all."""
    phrase = HTTPStatus(status).phrase
    said = "" if detail == phrase else detail
    code = {404: "HF640", 413: "HF641", 504: "HF642"}.get(status, "")
    return Refusal(status, code, WORDS.get(status, phrase), said or _more(status), headers=headers)


def _more(status: int) -> str:
    if status == 404:
        return "the address is misspelt, or what it named is not here"
    if status == 413:
        return "the request is larger than this address takes"
    return HTTPStatus(status).phrase.lower()


def invalid(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """Return what is told of a request whose fields do not fit; what was sent is not repeated."""
    problems = [
        Problem("HF643", f"`{_field(each.get('loc', ()))}`: {str(each.get('msg', '')).lower()}")
        for each in errors
    ]
    first = problems[0] if problems else Problem("HF643", "the request cannot be read")
    return Refusal(422, "HF643", WORDS[422], first.message, "see /api/openapi.json", problems)


def _field(place: Sequence[object]) -> str:
    return ".".join(str(part) for part in place if part not in {"body", "query", "path", "header"}) or "body"


def for_programs(request: HTTPConnection) -> bool:
    """Return whether who asks is a program: it asks the API, or takes JSON and no page."""
    if request.url.path.startswith(("/api/", "/healthz", "/metrics", "/live/")):
        return True
    accepts = request.headers.get("accept", "")
    return "json" in accepts and "text/html" not in accepts


def answered(request: HTTPConnection, refusal: Refusal) -> Response:
    """Return the answer to a request that is refused, in the shape that who asked can use."""
    from starlette.responses import JSONResponse

    told = replace(refusal, request=getattr(request.state, "request_id", ""))
    headers = dict(refusal.headers or {})
    if for_programs(request):
        return JSONResponse(told.json(), told.status, headers, MEDIA_TYPE)
    from holdfast.web.pages import framed, render

    frame = framed(request, told.title)
    return render("holdfast.web", "problem.html", frame, status=told.status, headers=headers, refusal=told)
