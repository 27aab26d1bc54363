"""Web archives (.mht), which Word, Excel and old browsers save: the pages inside, as one page in UTF-8."""

import codecs
import re
from email import message_from_bytes
from email.message import Message

from fuhe.errors import ReadError
from fuhe.readers.webpage import decoded

_DAMAGE = (LookupError, RecursionError, TypeError, ValueError)
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)  # what follows them would be lost


def page(data: bytes) -> bytes:
    """Return the pages of a web archive that hold tables, or else its first page; raises ReadError "broken"."""
    try:
        pages = [_source(part) for part in message_from_bytes(data).walk() if part.get_content_type() == "text/html"]
    except _DAMAGE as error:
        raise _broken() from error
    if not pages:
        raise _broken()
    with_tables = [source for source in pages if "<table" in source.lower()]
    return codecs.BOM_UTF8 + "\n".join(with_tables or pages[:1]).encode("utf-8", "replace")


def _source(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return _ENDS.sub("", decoded(raw)) if isinstance(raw, bytes) else ""


def _broken() -> ReadError:
    return ReadError("broken", "网页存档已损坏，里面没有网页", todo="请在浏览器或 Word 中打开，另存为 .docx 后再试")
