"""设置: the model's address, whether text may leave the network, words of the opinion, keys, rule pack, accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from fuhe.web.access import Person, allowed
from fuhe.web.rendering import page

router = APIRouter()


@router.get("/settings")
def settings(request: Request, person: Annotated[Person, Depends(allowed("see"))]) -> Response:
    """Show what is set."""
    return page(request, "settings.html.j2")
