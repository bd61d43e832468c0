"""A small application behind access: something to see, to change, to send and to hear."""

# annotations stay what they are here: FastAPI reads them inside a function
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Request, UploadFile
from starlette.responses import HTMLResponse, StreamingResponse

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import csrf_token, principal_of, requires
from holdfast.access.wiring import AccessServices, access_api, access_pages
from holdfast.kernel.errors import HoldfastError
from holdfast.web.pages import Frame
from holdfast.web.problems import answered, refusal_of


def small_app(services: AccessServices) -> Any:
    """Return an application with access, and two things behind it: a page to see and one to change."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    app.state.changed = []
    app.state.framing = lambda request: Frame(
        "", now=services.now(), csrf=csrf_token(request), actor=principal_of(request).actor
    )
    see, change = requires(Permission.VIEW), requires(Permission.DECLARE)

    @app.get("/seen")
    def seen(who: Annotated[Principal, Depends(see)]):
        return HTMLResponse(who.actor)

    @app.get("/stream")
    def stream(who: Annotated[Principal, Depends(see)]):
        return StreamingResponse(app.state.stream(), media_type="text/event-stream")

    @app.post("/changed")
    def changed(who: Annotated[Principal, Depends(change)], text: Annotated[str, Form()] = ""):
        app.state.changed.append((who.actor, text))
        return HTMLResponse("done")

    @app.post("/uploaded")
    async def uploaded(who: Annotated[Principal, Depends(change)], file: UploadFile):
        app.state.changed.append((who.actor, len(await file.read())))
        return HTMLResponse("done")

    @app.post("/api/reported")
    def reported(who: Annotated[Principal, Depends(requires(Permission.REPORT))]):
        app.state.changed.append((who.actor, "reported"))
        return {"done": True}

    def refused(request: Request, error: Exception):
        assert isinstance(error, HoldfastError)
        return answered(request, refusal_of(error))

    app.add_exception_handler(HoldfastError, refused)
    app.include_router(access_api(services), prefix="/api")
    app.include_router(access_pages(services))
    guard = services.guard()

    class Wrapped:
        def __init__(self, inner: Any) -> None:
            self.app = guard(inner)

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)

    app.add_middleware(Wrapped)
    return app
