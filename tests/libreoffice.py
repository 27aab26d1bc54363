"""LibreOffice as a second reader: opens what was written, accepts every change by its own hand, saves it again."""

import os
import subprocess
from pathlib import Path

import pytest

from fuhe.readers import office

needs_libreoffice = pytest.mark.skipif(office.find() is None, reason="LibreOffice (soffice) is not installed")
_SECONDS = 120
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Again" script:language="StarBasic">
Sub Accept(source As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:AcceptAllTrackedChanges", "", 0, Array())
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName" : saved(0).Value = "MS Word 2007 XML"
  document.storeToURL(target, saved())
  document.close(True)
End Sub
</script:module>"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Again"/></library:library>"""


def saved_again(data: bytes, ending: str, room: Path) -> bytes:
    """Open a file in LibreOffice and return what it saves in the same format."""
    source = _laid(data, ending, room)
    _run(room, "--convert-to", ending.lstrip("."), "--outdir", str(room / "out"), str(source))
    return (room / "out" / source.name).read_bytes()


def accepted(data: bytes, room: Path) -> bytes:
    """Open a Word file in LibreOffice, accept all tracked changes, and return what it saves."""
    source = _laid(data, ".docx", room)
    # The first start lays its own, empty macro library down.
    _run(room, "--terminate_after_init")
    library = room / "profile/user/basic/Standard"
    (library / "Again.xba").write_text(_MODULE, encoding="utf-8")
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    target = room / "accepted.docx"
    _run(room, f'macro:///Standard.Again.Accept("{source.as_uri()}","{target.as_uri()}")')
    return target.read_bytes()


def _laid(data: bytes, ending: str, room: Path) -> Path:
    room.mkdir(parents=True, exist_ok=True)
    source = room / f"in{ending}"
    source.write_bytes(data)
    return source


def _run(room: Path, *what: str) -> None:
    program = office.find()
    assert program
    subprocess.run(
        [program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless", "--norestore", *what],
        env={"HOME": str(room), "PATH": os.defpath, "SAL_USE_VCLPLUGIN": "svp"},
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
