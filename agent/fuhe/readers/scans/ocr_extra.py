"""Whether what recognising pictures needs is installed, and what to say where it is not."""

import importlib.util
from functools import cache

from fuhe.errors import ReadError

_NEEDED = ("numpy", "cv2", "PIL", "rapidocr", "openvino")
INSTALL = (
    "请安装识别组件：pip install 'fuhe[ocr]'；不能上网的机器，先在能上网的同类机器上 pip download 'fuhe[ocr]' -d 轮子，"
    "拷过去再 pip install --no-index --find-links 轮子 'fuhe[ocr]'；或者提供 Word、Excel 原件"
)


@cache
def is_installed() -> bool:
    """Tell whether pictures can be read here; looks, but loads nothing."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def missing(what: str) -> ReadError:
    """Return the error that says what cannot be read here and what to install."""
    return ReadError("scan", f"{what}，而这里没有安装图像识别", todo=INSTALL)
