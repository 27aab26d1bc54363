"""Files that hold files: archives, archives in them, and mails with what is attached; every one inside has a name."""

import functools
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fuhe.errors import ReadError
from fuhe.readers.own_marks import handed_back
from fuhe.readers.sniff import sniff

if TYPE_CHECKING:
    from email.message import EmailMessage

KINDS = ("zip", "eml", "msg")
INSIDE = "!"
"""Stands between the name of an archive and that of a file in it."""
_NESTING = (".zip", ".eml", ".msg")
_DEEPEST = 3  # an archive, one in it, and one in that
_MOST_NESTED, _MOST_NAMES = 200, 5000
_DEBRIS = ("__macosx", "thumbs.db", "desktop.ini")
_DAMAGE = (LookupError, RecursionError, TypeError, ValueError, OSError, AttributeError)
_NAMES, _DATA, _HTML, _TEXT = ("3707", "3704", "3001"), "37010102", "10130102", "1000"

Load = Callable[[], bytes]


def is_debris(name: str) -> bool:
    """Tell whether a file is hidden, an editor's lock file, or one a system leaves behind."""
    parts = [part.lower() for part in PurePosixPath(name.replace("\\", "/")).parts if part not in (".", "..")]
    return any(part.startswith((".", "~$")) or part in _DEBRIS for part in parts)


class Archive:
    """The files of an archive or mail by the name they are shown under, those of archives inside it among them."""

    def __init__(self, data: bytes) -> None:
        """Open it; raises ReadError where it is damaged or holds no file."""
        self._spent, self._nested = [0], 0
        self._found: dict[str, Load] = {}
        self._add("", data, 1)
        self.copies = handed_back(self._found)
        if not self._found:
            raise ReadError("no_form", "压缩包里没有文件", todo="请确认里面有自评表的 Word、Excel 或 PDF 文件")

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order of the archive."""
        return tuple(self._found)

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises ReadError."""
        if name not in self._found:
            raise ReadError("broken", "压缩包里没有这个文件", todo="请重新打包后再试")
        return self._found[name]()

    def _add(self, prefix: str, data: bytes, depth: int) -> None:
        for title, load in _inside(data, self._spent):
            if is_debris(title):
                continue
            name = self._free(prefix + title)
            if PurePosixPath(title).suffix.lower() not in _NESTING:
                self._found[name] = load
            else:
                self._nest(name, load, depth)
            if len(self._found) > _MOST_NAMES:
                raise ReadError("unsafe", "压缩包内文件过多，已拒绝读取", todo="请向提供者核实来源")

    def _nest(self, name: str, load: Load, depth: int) -> None:
        """Take in what an archive inside this one holds; one that cannot be opened stands for itself and says why."""
        self._nested += 1
        try:
            if depth >= _DEEPEST or self._nested > _MOST_NESTED:
                raise ReadError(
                    "unsupported", "压缩包套得过深或过多，这一层没有打开", todo="请先解压，再放入里面的文件"
                )
            count = len(self._found)
            self._add(f"{name}{INSIDE}", load(), depth + 1)
            if len(self._found) == count:
                raise ReadError("no_form", "压缩包里没有文件", todo="请确认里面有自评表的 Word、Excel 或 PDF 文件")
        except ReadError as error:
            self._found[name] = functools.partial(_refuse, error)

    def _free(self, name: str) -> str:
        path, number = PurePosixPath(name), 2
        while name in self._found:
            name = f"{path.with_suffix('')}（{number}）{path.suffix}"
            number += 1
        return name


def _refuse(error: ReadError) -> bytes:
    raise error


def _inside(data: bytes, spent: list[int]) -> Iterator[tuple[str, Load]]:
    kind = sniff(data)
    if kind == "eml":
        return _attached(data)
    if kind == "msg":
        return _outlook(data)
    if kind == "zip":
        return _members(data, spent)
    raise ReadError("broken", "压缩包已损坏或不是 .zip", todo="请重新打包成 .zip，或解压后直接放入文件")


def _members(data: bytes, spent: list[int]) -> Iterator[tuple[str, Load]]:
    from fuhe.readers.package import Package  # loads lxml, which most runs over text do without

    package = Package(data, spent)
    for name in package.names:
        if not package.is_folder(name):
            yield package.title(name).replace("\\", "/").lstrip("/"), functools.partial(package.read, name)


def _attached(data: bytes) -> Iterator[tuple[str, Load]]:
    """Yield a mail's attachments, else its own text; a mail within it gives its own."""
    from email import message_from_bytes, policy

    try:
        mail = message_from_bytes(data, policy=policy.default)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        named = [(name, part) for part in parts if (name := part.get_filename())]
        if not named:
            named = [(f"正文{ending}", part) for part, ending in _bodies(parts)]
        loaded = [(name.replace("\\", "/").rpartition("/")[2], part.get_payload(decode=True)) for name, part in named]
    except _DAMAGE as error:
        raise _broken_mail() from error
    for name, payload in loaded:
        if isinstance(payload, bytes):
            yield name, functools.partial(bytes, payload)


def _bodies(parts: "list[EmailMessage]") -> "list[tuple[EmailMessage, str]]":
    """Return the text of a mail, as a page where it has one."""
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    return [(part, ".html") for part in pages[:1]] or [(part, ".txt") for part in plain[:1]]


def _outlook(data: bytes) -> Iterator[tuple[str, Load]]:
    """Yield the attachments of an Outlook message, else its own text."""
    import olefile  # type: ignore[import-untyped]

    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            streams = {"/".join(path): path for path in ole.listdir()}
            held = [name for name in streams if name.startswith("__attach") and name.endswith(f"__substg1.0_{_DATA}")]
            files = [
                (_outlook_name(ole, name.rpartition("/")[0], number), ole.openstream(streams[name]).read())
                for number, name in enumerate(held, 1)
            ]
            files = files or list(_outlook_text(ole))
    except _DAMAGE as error:
        raise _broken_mail() from error
    for name, payload in files:
        yield name, functools.partial(bytes, payload)


def _outlook_name(ole: object, folder: str, number: int) -> str:
    for key in _NAMES:
        if name := _outlook_string(ole, f"{folder}/__substg1.0_{key}"):
            return name.replace("\\", "/").rpartition("/")[2]
    return f"附件{number}"


def _outlook_text(ole: object) -> Iterator[tuple[str, bytes]]:
    if ole.exists(f"__substg1.0_{_HTML}"):  # type: ignore[attr-defined]
        yield "正文.html", ole.openstream(f"__substg1.0_{_HTML}").read()  # type: ignore[attr-defined]
    elif text := _outlook_string(ole, f"__substg1.0_{_TEXT}"):
        yield "正文.txt", text.encode()


def _outlook_string(ole: object, stream: str) -> str:
    for ending, encoding in (("001F", "utf-16-le"), ("001E", "gb18030")):
        if ole.exists(stream + ending):  # type: ignore[attr-defined]
            text: str = ole.openstream(stream + ending).read().decode(encoding, "replace")  # type: ignore[attr-defined]
            return text.rstrip("\0")
    return ""


def _broken_mail() -> ReadError:
    return ReadError("broken", "邮件文件已损坏，读不出附件", todo="请在邮箱里把附件另存出来再试")
