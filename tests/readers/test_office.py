"""LibreOffice turns rare formats into common ones, alone, offline and within its time."""

import os
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from fuhe.errors import ReadError
from fuhe.readers import office
from readers.tables import zipped

needs_libreoffice = pytest.mark.skipif(office.find() is None, reason="LibreOffice (soffice) is not installed")
RTF = rb"{\rtf1\ansi\ansicpg936 Plan 2024\par \trowd\cellx1000\cellx2000 A\cell B\cell\row}"
WORKBOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="表"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">项目名称</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
_NS = "urn:oasis:names:tc:opendocument:xmlns"


def odt(body: str) -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    entry = '<m:file-entry m:full-path="{}" m:media-type="{}"/>'
    names = entry.format("/", kind) + entry.format("content.xml", "text/xml")
    content = (
        f'<o:document-content xmlns:o="{_NS}:office:1.0" xmlns:t="{_NS}:text:1.0" xmlns:d="{_NS}:drawing:1.0"'
        f' xmlns:s="{_NS}:svg-compatible:1.0" xmlns:x="http://www.w3.org/1999/xlink" o:version="1.2">'
        f"<o:body><o:text>{body}</o:text></o:body></o:document-content>"
    )
    manifest = f'<m:manifest xmlns:m="{_NS}:manifest:1.0">{names}</m:manifest>'
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def inside(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def refusal(data: bytes, suffix: str, target: str = "docx") -> str:
    with pytest.raises(ReadError) as caught:
        office.convert(data, suffix, target)
    return caught.value.code


@pytest.fixture
def visits() -> Iterator[list[str]]:
    """The paths asked for from a web server on port `visits[0]`."""
    seen: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_OPTIONS = do_HEAD = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        seen.append(str(server.server_port))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield seen
        server.shutdown()


@pytest.fixture
def stuck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program named soffice that starts a child, writes its number to a file and never ends."""
    program, noted = tmp_path / "soffice", tmp_path / "child"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {noted}\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return noted


def is_running(number: int) -> bool:
    status = Path(f"/proc/{number}/stat")
    return status.is_file() and status.read_text().split(") ")[1][0] != "Z"


@needs_libreoffice
def test_rich_text_becomes_docx() -> None:
    assert "Plan 2024" in inside(office.convert(RTF, ".rtf", "docx"))


@needs_libreoffice
def test_xml_workbook_becomes_xlsx() -> None:
    text = inside(office.convert(WORKBOOK.encode(), ".xml", "xlsx"))
    assert "项目名称" in text
    assert 'ref="A1:B1"' in text


@needs_libreoffice
def test_damaged_file_is_broken() -> None:
    assert refusal(b"\0\1\2 plain words" * 50, ".odt") == "broken"


@needs_libreoffice
def test_links_are_not_followed(visits: list[str], tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    image = f'<d:frame s:width="2cm" s:height="2cm"><d:image x:href="http://127.0.0.1:{visits[0]}/i.png"/></d:frame>'
    part = f'<t:section t:name="s"><t:section-source x:href="{secret.as_uri()}"/><t:p>old</t:p></t:section>'
    text = inside(office.convert(odt(f"<t:p>kept{image}</t:p>{part}"), ".odt", "docx"))
    assert "kept" in text
    assert "SECRET" not in text
    assert visits[1:] == []


def test_missing_libreoffice_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_PLACES", ())
    with pytest.raises(ReadError, match="安装 LibreOffice") as caught:
        office.convert(RTF, ".rtf", "docx")
    assert caught.value.code == "needs_libreoffice"


def test_other_suffixes_are_refused() -> None:
    assert refusal(b"", "/../x") == "unsupported"
    assert refusal(RTF, ".rtf", "pdf") == "unsupported"


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script in place of LibreOffice")
def test_stuck_conversion_is_stopped_with_its_children(stuck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "TIME_LIMIT", 1)
    started = time.monotonic()
    assert refusal(RTF, ".rtf") == "broken"
    assert time.monotonic() - started < 10
    assert not is_running(int(stuck.read_text()))
