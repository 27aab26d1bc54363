"""What this computer has of what the program can use: extras, fonts, disk, the store; a line each, as fuhe doctor prints them."""

import importlib.util
import locale
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from fuhe.cli.serve import STORE, data_folder
from fuhe.errors import StoreError, reason
from fuhe.readers.office import find
from fuhe.settings import Settings

_EXTRAS = {
    "fast": (("numba", "rjieba"), "几千张以上的表比对、分词更快"),
    "postgres": (("psycopg",), "几个人共用的 PostgreSQL 存储"),
    "engine": (("pyspark", "pyarrow"), "在 Spark 上跑，导出 Parquet"),
}
# Each font of the official papers, by the names it bears in the system and by its file on Windows.
_FONTS = {
    "方正小标宋": (("方正小标宋", "FZXiaoBiaoSong"), "FZXBSJW.TTF"),
    "仿宋": (("仿宋", "FangSong"), "simfang.ttf"),
    "黑体": (("黑体", "SimHei"), "simhei.ttf"),
    "楷体": (("楷体", "KaiTi"), "simkai.ttf"),
    "思源宋体": (("Noto Serif CJK SC", "Source Han Serif"), ""),
}
_LEAST_FREE = 1_000_000_000  # bytes


def machine(settings: Settings) -> Iterator[str]:
    """Say what is there, what is not, and what that means."""
    yield f"复核：{version('fuhe')}"
    yield f"Python：{platform.python_version()}，{platform.system()} {platform.machine()}，{sys.executable}"
    yield f"编码：终端 {sys.stdout.encoding}，系统 {locale.getpreferredencoding(False)}{_cannot_show()}"
    yield from _extras()
    yield f"LibreOffice：{find() or '没有找到，读不了 .rtf .odt .ods，旧格式退回时重排；其他不受影响'}"
    yield f"字体：{_fonts()}"
    yield f"存储：{_store(settings.store or str(data_folder() / STORE))}"
    yield f"临时文件夹：{_temporary()}"


def _cannot_show() -> str:
    try:
        "复核×①".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "，终端显示不全中文；请把终端设为 UTF-8 或 GBK，或用 -o 写成文件"
    return ""


def _extras() -> Iterator[str]:
    for extra, (modules, use) in _EXTRAS.items():
        missing = [name for name in modules if importlib.util.find_spec(name) is None]
        yield f"扩展 {extra}（{use}）：{'没有装 ' + '、'.join(missing) if missing else '已装'}"


def _fonts() -> str:
    known = _installed_fonts()
    if not known:
        return "看不出装了哪些"
    has = [name for name, (names, file) in _FONTS.items() if _is_among(known, names, file)]
    hasnt = [name for name in _FONTS if name not in has and name != "思源宋体"]
    told = f"有{'、'.join(has)}" if has else "没有公文用的字体"
    return f"{told}；没有{'、'.join(hasnt)}，在本机打开、打印公文时由别的字体代替" if hasnt else told


def _is_among(known: str, names: tuple[str, ...], file: str) -> bool:
    return any(name.lower() in known for name in (*names, file) if name)


def _installed_fonts() -> str:
    """Return the names of the fonts the system has, or of their files; "" where it does not say."""
    if sys.platform == "win32":
        folders = (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", _own_fonts())
        return "\n".join(path.name.lower() for folder in folders if folder.is_dir() for path in folder.iterdir())
    lister = shutil.which("fc-list")
    if lister is None:
        return ""
    try:
        listed = subprocess.run([lister, ":", "family"], capture_output=True, check=False, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return listed.stdout.decode("utf-8", "replace").lower()


def _own_fonts() -> Path:
    return Path(os.environ.get("LOCALAPPDATA", "")) / "Microsoft" / "Windows" / "Fonts"


def _store(url: str) -> str:
    """Say whether the store opens and how much room it has; one that is not there yet is not made."""
    if "://" not in url and not Path(url).expanduser().is_file():
        return f"{url}（还没有，第一次用时建立）{_room(Path(url).expanduser().absolute().parent)}"
    from fuhe.store.database import Store

    try:
        with Store(url) as store:
            room = _room(Path(store.shown).parent) if store.is_sqlite else ""
            return f"{store.shown}（能打开）{room}"
    except StoreError as error:
        return f"用不了。{error}"


def _room(folder: Path) -> str:
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), None)
    if there is None:
        return "，没有这个磁盘"
    written = "" if os.access(there, os.W_OK) else "，没有写入权限"
    free = shutil.disk_usage(there).free
    return f"{written}，空闲 {free / 1e9:.1f} GB{'，快满了' if free < _LEAST_FREE else ''}"


def _temporary() -> str:
    try:
        with tempfile.NamedTemporaryFile(prefix="fuhe-") as file:
            file.write(bytes(1 << 16))
            file.flush()
            return f"{tempfile.gettempdir()}{_room(Path(tempfile.gettempdir()))}"
    except OSError as error:
        return f"写不了（{reason(error)}）。请把环境变量 TMPDIR（Windows 上是 TEMP）指到有空间、能写入的文件夹"
