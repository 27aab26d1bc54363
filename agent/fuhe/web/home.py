"""工作台: the queue of forms, what came in, what to look at first."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from fuhe.web.access import Who
from fuhe.web.rendering import page

router = APIRouter()


@router.get("/")
def home(request: Request, person: Who) -> Response:
    """Show the queue."""
    return page(request, "settings.html.j2")
