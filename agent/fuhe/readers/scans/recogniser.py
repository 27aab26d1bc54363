"""Pictures of single lines to characters with their places and how sure each is; the model lies in a package, nothing is fetched."""

import importlib.util
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fuhe.errors import ReadError
from fuhe.readers.scans.ocr_extra import missing
from fuhe.text import squeeze

MODEL = "PP-OCRv6_rec_small.onnx"
HEIGHT = 48  # pixels, what the model was trained on
_BATCH = 8
_STEP = 32  # widths are filled up to multiples of it, so that few shapes are met
_LEAST, _MOST = 64, 1600

Pixels = NDArray[np.uint8]


class SeenChar(NamedTuple):
    """A character, where its middle lies on its line (0 to 1), how sure it is, and the next best reading with its share."""

    char: str
    at: float
    sure: float
    other: str = ""
    other_sure: float = 0.0


def recognise(lines: Sequence[Pixels]) -> list[tuple[SeenChar, ...]]:
    """Read grey pictures of one line each, dark on white."""
    ready = [_fitted(line) for line in lines]
    order = sorted(range(len(ready)), key=lambda i: ready[i].shape[1])
    out: list[tuple[SeenChar, ...]] = [()] * len(ready)
    for start in range(0, len(order), _BATCH):
        group = order[start : start + _BATCH]
        for index, scores in zip(group, _scores([ready[i] for i in group]), strict=True):
            out[index] = _decoded(scores, ready[index].shape[1])
    return out


def _fitted(line: Pixels) -> Pixels:
    height, width = line.shape
    wanted = min(_MOST, max(8, round(width * HEIGHT / height)))
    how = cv2.INTER_CUBIC if height < HEIGHT else cv2.INTER_AREA
    return np.asarray(cv2.resize(line, (wanted, HEIGHT), interpolation=how), np.uint8)


def _scores(group: Sequence[Pixels]) -> NDArray[np.float32]:
    width = max(_LEAST, -(-max(line.shape[1] for line in group) // _STEP) * _STEP)
    batch = np.zeros((len(group), 3, HEIGHT, width), np.float32)
    for row, line in zip(batch, group, strict=True):
        row[:, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1.0
    found: NDArray[np.float32] = _engine().run(batch)
    return found


def _decoded(scores: NDArray[np.float32], width: int) -> tuple[SeenChar, ...]:
    """Turn scores by step into characters: repeats are one, blanks part them."""
    letters = _engine().letters
    best = scores.argmax(axis=1)
    out: list[SeenChar] = []
    start = 0
    pixels = HEIGHT / 6  # one step of the model
    while start < len(best):
        end = start + 1
        while end < len(best) and best[end] == best[start]:
            end += 1
        if best[start]:
            peak = start + int(scores[start:end, best[start]].argmax())
            at = min(1.0, ((start + end) / 2) * pixels / width)
            out.append(_seen(scores[peak], int(best[start]), at, letters))
        start = end
    return tuple(out)


def _seen(scores: NDArray[np.float32], best: int, at: float, letters: Sequence[str]) -> SeenChar:
    second = int(np.argpartition(scores, -2)[-2])
    other = letters[second] if second else ""
    sure = float(scores[best])
    if squeeze(other) == squeeze(letters[best]):  # a comma of either width is a comma
        sure += float(scores[second])
    return SeenChar(letters[best], at, sure, other, float(scores[second]))


class OcrEngine:
    """The model, loaded once."""

    def __init__(self) -> None:
        _take_memory()
        import openvino as ov

        core = ov.Core()
        model = core.read_model(_model())
        settings = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY"}
        self._compiled: Any = core.compile_model(model, "CPU", settings)
        self._request = self._compiled.create_infer_request()
        # The model's own list begins at 1: 0 is the blank between characters, the last one the space.
        named = str(model.rt_info["framework"]["character"].value)
        self.letters = ("", *named.split("\n"), " ")

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the share of every character for every step of every line; it stands until the next call."""
        return np.asarray(self._request.infer([batch], share_inputs=True, share_outputs=True)[0])


@cache
def _engine() -> OcrEngine:
    return OcrEngine()


def _take_memory() -> None:
    """Use all the memory this process was given leave for: until a picture is met it keeps to less."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _model() -> Path:
    package = importlib.util.find_spec("rapidocr")
    if package is None or package.origin is None:
        raise missing("这是图像")
    path = Path(package.origin).parent / "models" / MODEL
    if not path.is_file():
        raise ReadError(
            "scan", f"识别组件里没有模型 {MODEL}", todo="请重新安装：pip install --force-reinstall 'fuhe[ocr]'"
        )
    return path
