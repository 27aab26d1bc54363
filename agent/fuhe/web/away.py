"""What is said while the store or the disk is away: that the step was not kept, that all before it was, and what to do."""

import errno
import logging

from fastapi import Request
from fastapi.responses import Response

from fuhe.errors import StoreError, reason
from fuhe.web.rendering import problem_page

log = logging.getLogger("fuhe.web")
_FULL = OSError(errno.ENOSPC, "")
_NO_ROOM = "磁盘已满，刚才这一步没有存下，以前存下的都在。请腾出空间后再试；文件没有收全，请重新放入"
_AWAY = "存储暂时用不了，刚才这一步没有存下，以前存下的都在。请过一会儿再试；一直这样，请管理员看看存储文件或数据库"


def store_problem(request: Request, error: StoreError) -> Response:
    """Say that the store is away or full; what the database said goes to the log."""
    log.error("%s %s: %s", request.method, request.url.path, error)
    is_full = reason(_FULL) in str(error)
    return problem_page(request, 507 if is_full else 503, _NO_ROOM if is_full else _AWAY)


def disk_problem(request: Request, error: Exception) -> Response | None:
    """Say that the disk is full; None where something else is the matter."""
    if not isinstance(error, OSError) or error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return None
    log.error("%s %s: %s", request.method, request.url.path, error)
    return problem_page(request, 507, _NO_ROOM)
