"""Scans and photographs beside their true fields: python -m evals.scans [--tuning] [FOLDER]; prints fields, doubt, time and memory."""

import json
import math
import os
import resource
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

from evals.shared import against_manifest, bare
from fuhe.checking import check
from fuhe.intake.reading import read_file
from fuhe.policy import pack
from fuhe.readers.scans.page_shelf import PLACE
from fuhe.records import File, Form

Pixels = NDArray[np.uint8]
Chance = np.random.Generator
Spoil = Callable[[Pixels, Chance], Pixels]

TUNING = ("a_f1.pdf", "a_f2.pdf")
"""Looked at while the reader was written; figures are told of the others."""
UNSEEN = ("a_f5.pdf", "b_f1b.pdf")
DOTS, SMALL_PRINT = 200, 6.6 / 9  # an inch; the size a form of nine points shrinks to


@dataclass(slots=True)
class Tally:
    """What came of one kind of picture."""

    fields: int = 0
    right: int = 0
    sure_wrong: int = 0
    false_errors: int = 0
    asked: int = 0
    pages: int = 0
    seconds: float = 0.0


def clean(page: Pixels, chance: Chance) -> Pixels:
    """Leave a page as it is printed."""
    return page


def coarse(page: Pixels, chance: Chance) -> Pixels:
    """Scan at 110 to 150 dots an inch."""
    factor = chance.uniform(110, 150) / DOTS
    return _u8(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def tilted(page: Pixels, chance: Chance) -> Pixels:
    """Lay the page askew by up to three degrees."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(chance.uniform(0.6, 3) * chance.choice((-1, 1))), 1)
    return _u8(cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)))


def noisy(page: Pixels, chance: Chance) -> Pixels:
    """Add grain and specks, and store as a poor JPEG."""
    grain = page.astype(np.float32) + chance.normal(0, 16, page.shape)
    specks = chance.random(page.shape[:2])
    grain[specks < 0.0004] = 0
    return _jpeg(np.clip(grain, 0, 255).astype(np.uint8), 45)


def blurred(page: Pixels, chance: Chance) -> Pixels:
    """Scan out of focus."""
    return _u8(cv2.GaussianBlur(page, (0, 0), float(chance.uniform(0.9, 1.4))))


def shaded(page: Pixels, chance: Chance) -> Pixels:
    """Darken the page towards one corner and yellow it."""
    height, width = page.shape[:2]
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    shade = 1 - 0.45 * (across * chance.random() + down * chance.random()) / 2 - 0.1
    tint = np.array([0.86, 0.95, 1.0])
    return _u8(np.clip(page * shade[..., None] * tint, 0, 255))


def sealed(page: Pixels, chance: Chance) -> Pixels:
    """Put a red seal onto the table."""
    height, width = page.shape[:2]
    radius = int(0.1 * width)
    x, y = int(chance.uniform(0.3, 0.85) * width), int(chance.uniform(0.3, 0.65) * height)
    ink = np.zeros((height, width), np.uint8)
    cv2.circle(ink, (x, y), radius, 255, 9)
    star = [(x + r * radius * math.sin(a * math.pi / 5), y - r * radius * math.cos(a * math.pi / 5))
            for a, r in ((n, 0.36 if n % 2 == 0 else 0.15) for n in range(10))]  # fmt: skip
    cv2.fillPoly(ink, [np.array(star, np.int32)], 255)
    for number in range(9):  # strokes as letters around the rim have them
        angle = math.pi * (0.15 + number / 9.5)
        at = (int(x - 0.75 * radius * math.cos(angle)), int(y - 0.75 * radius * math.sin(angle)))
        cv2.rectangle(ink, (at[0] - 14, at[1] - 14), (at[0] + 14, at[1] + 14), 255, 4)
        cv2.line(ink, (at[0], at[1] - 18), (at[0], at[1] + 18), 255, 4)
    cover = (ink / 255 * chance.uniform(0.7, 0.95))[..., None]
    red = np.array([45, 40, 205])
    mixed = page * (1 - cover) + np.minimum(page, red) * cover
    return _u8(mixed)


def photographed(page: Pixels, chance: Chance) -> Pixels:
    """Photograph the page lying on a table, from one side, in uneven light."""
    height, width = page.shape[:2]
    border = 140
    desk = cv2.copyMakeBorder(page, *(border,) * 4, cv2.BORDER_CONSTANT, value=(96, 110, 120))
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float32) + border
    moved = corners + chance.uniform(-0.045, 0.045, (4, 2)) * width
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    taken = cv2.warpPerspective(desk, matrix, desk.shape[1::-1], borderValue=(96, 110, 120))
    return _jpeg(shaded(blurred(_u8(taken), chance), chance), 80)


def turned(page: Pixels, chance: Chance) -> Pixels:
    """Lay the page on its side or head."""
    turns = (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
    return _u8(cv2.rotate(page, turns[int(chance.integers(3))]))


def small_print(page: Pixels, chance: Chance) -> Pixels:
    """Print the form at 6.6 points; `page` is rendered at that size."""
    height, width = round(page.shape[0] / SMALL_PRINT), round(page.shape[1] / SMALL_PRINT)
    paper = np.full((height, width, 3), 255, np.uint8)
    paper[80 : 80 + page.shape[0], 60 : 60 + page.shape[1]] = page
    return _jpeg(_u8(cv2.GaussianBlur(tilted(paper, chance), (0, 0), 0.6)), 80)


KINDS: dict[str, Spoil] = {
    spoil.__name__: spoil
    for spoil in (clean, coarse, tilted, noisy, blurred, shaded, sealed, photographed, turned, small_print)
}


def _u8(picture: Any) -> Pixels:
    return np.asarray(picture).astype(np.uint8)


def _jpeg(page: Pixels, quality: int) -> Pixels:
    packed = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return _u8(cv2.imdecode(packed, cv2.IMREAD_COLOR))


def printed(path: Path, spoil: Spoil, chance: Chance) -> tuple[bytes, int]:
    """Print a PDF, spoil its pages, and return them as one TIFF with their number."""
    dots = DOTS * (SMALL_PRINT if spoil is small_print else 1)
    pages: list[Image.Image] = []
    with pdfium.PdfDocument(path) as pdf:
        for page in pdf:
            pixels = np.ascontiguousarray(page.render(scale=dots / 72).to_numpy()[:, :, :3])
            pages.append(Image.fromarray(cv2.cvtColor(spoil(pixels, chance), cv2.COLOR_BGR2RGB)))
    out = BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate")
    return out.getvalue(), len(pages)


def same(read: object, true: object) -> bool:
    """Compare without white space and width: a comma is a comma."""
    return bare(unicodedata.normalize("NFKC", str(read or ""))) == bare(unicodedata.normalize("NFKC", str(true or "")))


def compared(file: File, truth: File, gold: list[dict[str, Any]], tally: Tally, name: str) -> None:
    """Count right fields, wrong ones nobody is warned of, and errors that only the misreading makes."""
    tally.asked += sum(problem.code in ("unsure", "repaired") for problem in file.problems)
    pairs: list[tuple[str, object, object]] = [("forms", len(file.forms), len(gold))]
    for number, (form, true) in enumerate(zip(file.forms, gold, strict=False)):
        marked = {name.rpartition(".")[2] for name in form.unread}
        found = list(against_manifest(form, true))
        wrong = [(field, read, right) for field, read, right in found if not same(read, right)]
        tally.sure_wrong += sum(field.rpartition(".")[2] not in marked for field, _, _ in wrong)
        pairs += found
        tally.false_errors += len(_errors(form) - _errors(truth.forms[number]))
    for field, read, right in pairs:
        if not same(read, right):
            print(f"    {name} {field}: read {read!r}, true {right!r}")
    tally.fields += len(pairs)
    tally.right += sum(same(read, right) for _, read, right in pairs)


def _errors(form: Form) -> set[str]:
    findings = check(form, pack("national-2020")).findings
    return {f"{finding.code} {finding.cells[0].field}" for finding in findings if finding.severity == "error"}


def measured(folder: Path, names: tuple[str, ...], seed: int) -> Iterator[tuple[str, Tally]]:
    """Spoil every page in every way and read it."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for kind, spoil in KINDS.items():
        tally, chance = Tally(), np.random.default_rng([seed, *map(ord, kind)])
        for name in names:
            data, pages = printed(folder / name, spoil, chance)
            truth = read_file((folder / name).read_bytes(), name)
            begun = time.perf_counter()
            file = read_file(data, f"{name}.tif")
            tally.seconds += time.perf_counter() - begun
            tally.pages += pages
            compared(file, truth, manifest[name]["forms"], tally, f"{kind} {name}")
        yield kind, tally


def shared(folder: Path) -> Iterator[tuple[str, Tally]]:
    """Read the scans and pictures that lie in the folder."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for name, entry in sorted(manifest.items()):
        if "scan" in name or name.endswith((".png", ".jpg")):
            tally = Tally(pages=entry.get("pages", 1))
            begun = time.perf_counter()
            file = read_file((folder / name).read_bytes(), name)
            tally.seconds = time.perf_counter() - begun
            truth = read_file((folder / entry["source"]).read_bytes(), entry["source"])
            compared(file, truth, entry["forms"], tally, name)
            yield name, tally


def main() -> int:
    """Print a line for each shared scan and each kind of spoiled page."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    folder = Path(words[0] if words else "../shared/fixtures")
    if not (folder / "manifest.json").is_file():
        print(f"skipped: {folder} is not there")
        return 0
    os.environ[PLACE] = "off"  # every page is recognised, none remembered
    names, seed = (TUNING, 1) if "--tuning" in sys.argv else (UNSEEN, 77)
    begun = () if "--spoiled" in sys.argv else shared(folder)
    for name, tally in chain(begun, measured(folder, names, seed)):
        share = tally.right / max(1, tally.fields)
        print(
            f"{name:24}{tally.right:5} / {tally.fields:5} {share:8.2%}  sure but wrong {tally.sure_wrong:3}  "
            f"false errors {tally.false_errors}  to check {tally.asked:4}  {tally.seconds / tally.pages:5.2f} s/page"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
