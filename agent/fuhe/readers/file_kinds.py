"""Which reader takes which kind of file; readers load only when their kind is met."""

import importlib

from fuhe.errors import ReadError
from fuhe.readers.grid import Document
from fuhe.readers.scans import ocr_extra
from fuhe.readers.sniff import sniff

READERS = {
    "docx": "docx",
    "xlsx": "xlsx",
    "xls": "xls",
    "doc": "doc",
    "pdf": "pdf",
    "ofd": "ofd",
    "image": "image",
    "html": "html",
    "txt": "plain",
    "unknown": "plain",
}
CONVERTED = {
    "rtf": (".rtf", "docx"),
    "odt": (".odt", "docx"),
    "ods": (".ods", "xlsx"),
    "spreadsheetml": (".xml", "xlsx"),
    "flat-odf": (".fodt", "docx"),
}
_TURNED = ("mht", "wordml", "flat-opc")
_SAVE_AS = "请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试"
_REFUSED = {
    "empty": ("empty", "文件是空的", "请重新保存或重新导出后再试"),
    "cut-ole": ("broken", "文件不完整或已损坏（旧格式的 Word 或 Excel 文件）", "请重新复制或下载后再试"),
    "zip": ("unsupported", "压缩包里还有压缩包，没有打开", "请解压后直接放入文件"),
    "eml": ("unsupported", "这是邮件，没有打开", "请把附件另存出来再试"),
    "msg": ("unsupported", "这是邮件，没有打开", "请把附件另存出来再试"),
    "xlsb": (
        "unsupported",
        "这是二进制格式的 Excel 文件（.xlsb），目前还不能读",
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后再试",
    ),
    "encrypted-ooxml": ("encrypted", "文件设有打开密码", "请去掉打开密码后再试"),
    "heic": ("scan", "这是 HEIC 格式的手机照片，打不开", "请另存为 JPG 后再试，或提供 Word、Excel 原件"),
    "works": ("unsupported", "这是微软 Works 文档，不是 WPS 文字", _SAVE_AS),
    "archive": ("unsupported", "这种压缩包打不开", "请解压，或改为 .zip 后再试"),
    "ppt": ("unsupported", "这是演示文稿，不是表格", "请提供自评表的 Word 或 Excel 文件"),
    "pptx": ("unsupported", "这是演示文稿，不是表格", "请提供自评表的 Word 或 Excel 文件"),
}


def open_document(data: bytes) -> Document:
    """Read bytes of any known kind; raises ReadError for the rest, saying what the file is and what to do."""
    kind = sniff(data)
    if kind in READERS:
        return _read(READERS[kind], data)
    if kind in CONVERTED:
        from fuhe.readers import office

        suffix, target = CONVERTED[kind]
        return _read(target, office.convert(data, suffix, target))
    if kind == "mht":
        from fuhe.readers import mht

        return _read("html", mht.page(data))
    if kind in _TURNED:
        from fuhe.readers import flat_word

        return _read("docx", flat_word.package(data, kind))
    raise _refusal(kind)


def refusal(data: bytes) -> ReadError | None:
    """Say by its first look why a file cannot be read, in the words reading it would use; None where it is to be tried."""
    kind = sniff(data)
    return _refusal(kind) if is_refused(kind) else None


def is_refused(kind: str) -> bool:
    """Tell whether no reader takes a kind here."""
    if kind == "image":
        return not ocr_extra.is_installed()
    return not (kind in READERS or kind in CONVERTED or kind in _TURNED)


def _refusal(kind: str) -> ReadError:
    if kind == "image":
        return ocr_extra.missing("这是图片")
    code, what, todo = _REFUSED.get(kind, ("unsupported", "不是能认出的表格文件", _SAVE_AS))
    return ReadError(code, what, todo=todo)


def _read(module: str, data: bytes) -> Document:
    document: Document = importlib.import_module(f"fuhe.readers.{module}").read(data)
    return document
