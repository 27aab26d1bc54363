"""Rich text, OpenDocument and other rare formats, turned into .docx or .xlsx by an installed LibreOffice."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from fuhe.errors import ReadError, reason

TIME_LIMIT = 60  # seconds
MAX_RESULT = 64_000_000  # bytes
# LibreOffice told no filter takes damaged files for plain text.
_IMPORTS = {
    ".rtf": "Rich Text Format",
    ".odt": "writer8",
    ".ods": "calc8",
    ".fodt": "OpenDocument Text Flat XML",
    ".fods": "OpenDocument Spreadsheet Flat XML",
    ".xml": "MS Excel 2003 XML",
    ".doc": "MS Word 97",
    ".xls": "MS Excel 97",
}
_EXPORTS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_KEPT_ENV = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE")

# No macros, no links followed, no fresh data fetched; whatever still asks for the network meets a closed port.
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Save/Document", "LoadPrinter", "false"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "2"),
    ("Linguistic/General", "DefaultLocale_CJK", "zh-CN"),
)
_SYSTEM_SETTINGS = (
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "zh-CN"),
)


def convert(data: bytes, suffix: str, target: str) -> bytes:
    """Turn a file into "docx" or "xlsx" with LibreOffice, within 60 seconds.

    `suffix` is one of .rtf .odt .ods .fodt .fods .xml (SpreadsheetML 2003) .doc .xls. Raises ReadError "unsupported",
    "needs_libreoffice" when none is installed, "broken" or "too_large" when nothing usable comes out.
    """
    if suffix not in _IMPORTS or target not in _EXPORTS:
        raise ReadError("unsupported", f"{suffix[:10]} 文件不能转换", todo="请另存为 .docx 或 .xlsx 后再试")
    program = find()
    if program is None:
        raise ReadError(
            "needs_libreoffice",
            f"读 {suffix} 文件需要本机装有 LibreOffice，现在没有找到",
            todo="请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试，或请管理员安装 LibreOffice",
        )
    try:
        with tempfile.TemporaryDirectory(prefix="fuhe-", ignore_cleanup_errors=True) as room:
            return _convert_in(Path(room), program, data, suffix, target)
    except OSError as error:
        raise ReadError(
            "unreadable",
            f"转换这个文件要用的临时文件夹写不了（{reason(error)}）",
            todo="请腾出空间，或把环境变量 TMPDIR（Windows 上是 TEMP）指到别的文件夹",
        ) from error


def find() -> str | None:
    """Return the path of an installed LibreOffice, or None."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def _convert_in(room: Path, program: str, data: bytes, suffix: str, target: str) -> bytes:
    source, result = room / f"in{suffix}", room / "out" / f"in.{target}"
    source.write_bytes(data)
    _write_settings(room / "profile")
    in_time = _run(_command(program, room, source, target), room)
    if not in_time:
        raise ReadError("broken", f"LibreOffice 转换超过 {TIME_LIMIT} 秒，已停止", todo=_advice())
    if not result.is_file():
        raise ReadError("broken", "LibreOffice 打不开这个文件，文件可能已损坏或设有密码", todo=_advice())
    if result.stat().st_size > MAX_RESULT:
        raise ReadError("too_large", "文件转换后过大", todo="请只保留自评表，再试一次")
    return result.read_bytes()


def _advice() -> str:
    return "请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试"


def _command(program: str, room: Path, source: Path, target: str) -> list[str]:
    profile = (room / "profile").as_uri()
    quiet = [
        "--headless",
        "--invisible",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nologo",
        "--nofirststartwizard",
    ]
    wanted = [
        f"--infilter={_IMPORTS[source.suffix]}",
        "--convert-to",
        _EXPORTS[target],
        "--outdir",
        str(room / "out"),
        str(source),
    ]
    return [program, f"-env:UserInstallation={profile}", *quiet, *wanted]


def _run(command: list[str], room: Path) -> bool:
    """Run to the end or to the time limit and leave no process behind; tell whether it ended by itself."""
    kept = {name: os.environ[name] for name in _KEPT_ENV if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - a fixed program and arguments made here
        command,
        env={**kept, "HOME": str(room), "TMPDIR": str(room), "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"},
        cwd=room,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _stop(process)
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    """LibreOffice starts children of its own, so the whole group must go."""
    if os.name == "nt":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _write_settings(profile: Path) -> None:
    user = profile / "user"
    user.mkdir(parents=True)
    common = ((f"/org.openoffice.Office.{path}", name, value) for path, name, value in _SETTINGS)
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in (*common, *_SYSTEM_SETTINGS)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    text = f"{head}{items}</oor:items>"
    (user / "registrymodifications.xcu").write_text(text, encoding="utf-8")
