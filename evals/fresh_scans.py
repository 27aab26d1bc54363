"""Scans the reader was never tuned on: forms of a fresh set printed, worn in ways drawn anew, read and held against their records.

python -m evals.fresh_scans [--wrong] [--seed N] [KIND…]   prints fields right, sure but wrong, errors only a misreading makes, time a page
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]
import yaml
from PIL import Image, ImageDraw, ImageFont

from evals.labelled import DATA
from evals.scans import Chance, Pixels
from evals.scans import same as same_text
from fuhe.checking import check
from fuhe.intake.reading import read_file
from fuhe.policy import pack
from fuhe.readers import office
from fuhe.readers.scans.page_shelf import PLACE
from fuhe.records import File, Form

FORMS = DATA / "fresh" / "layouts_c"
FIRST = DATA / "fresh" / "scans_first.yaml"
SEED, SMALL = 20261130, 6.6  # points
_SEAL_FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")
_SEAL = "某某市财政局绩效评价专用章"


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A form as a text PDF of one page, with its record."""

    name: str
    pdf: bytes
    record: dict[str, Any]


@dataclass(slots=True)
class Worn:
    """What came of one way of wearing pages; seconds are of the processor."""

    fields: int = 0
    right: int = 0
    sure_wrong: int = 0
    false_errors: int = 0
    to_check: int = 0
    pages: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def clean(form: PrintedForm, chance: Chance) -> Pixels:
    """Scan well, in colour or grey."""
    page = _page(form.pdf, chance.uniform(190, 310))
    return page if chance.random() < 0.5 else _grey(page)


def coarse(form: PrintedForm, chance: Chance) -> Pixels:
    """Scan at few dots an inch."""
    dots = chance.uniform(105, 145)
    page = _page(form.pdf, 300)
    return _packed(cv2.resize(page, None, fx=dots / 300, fy=dots / 300, interpolation=cv2.INTER_AREA), 85)


def tilted(form: PrintedForm, chance: Chance) -> Pixels:
    """Lay the page askew, a little sheared as a worn feeder does."""
    page = _page(form.pdf, chance.uniform(150, 260))
    height, width = page.shape[:2]
    angle = float(chance.uniform(0.5, 3.2) * chance.choice((-1, 1)))
    matrix = cv2.getRotationMatrix2D((width * chance.uniform(0.3, 0.7), height * chance.uniform(0.3, 0.7)), angle, 1)
    matrix[0, 1] += chance.uniform(-0.004, 0.004)
    return _u8(cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(250, 250, 250)))


def noisy(form: PrintedForm, chance: Chance) -> Pixels:
    """Copy a copy: grain that grows with darkness, pepper, toner lines, a poor JPEG."""
    page = _page(form.pdf, chance.uniform(150, 250)).astype(np.float32)
    page += chance.normal(0, chance.uniform(8, 20), page.shape) * (1.3 - page / 255)
    page += cv2.resize(chance.normal(0, 9, (page.shape[0] // 3, page.shape[1] // 3)), page.shape[1::-1])[..., None]
    pepper = chance.random(page.shape[:2]) < chance.uniform(0.0002, 0.0008)
    page[pepper] = chance.uniform(0, 90)
    for _ in range(int(chance.integers(0, 3))):
        page[:, int(chance.integers(page.shape[1]))] -= 70
    return _packed(_u8(np.clip(page, 0, 255)), int(chance.integers(35, 65)))


def blurred(form: PrintedForm, chance: Chance) -> Pixels:
    """Scan out of focus or in motion."""
    dots = chance.uniform(160, 240)
    page, reach = _page(form.pdf, dots), max(3, round(dots / 200 * chance.uniform(2.6, 4.4)))
    if chance.random() < 0.5:
        disc = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
        cv2.circle(disc, (reach, reach), max(1, reach // 2), 1, -1)
    else:
        disc = np.eye(reach, dtype=np.float32)
    return _u8(cv2.filter2D(page, -1, disc / disc.sum()))


def shaded(form: PrintedForm, chance: Chance) -> Pixels:
    """Darken along the fold, let the other side show through, yellow the paper."""
    page = _page(form.pdf, chance.uniform(160, 250)).astype(np.float32)
    page -= chance.uniform(0.06, 0.16) * (255 - page[:, ::-1])
    across = np.linspace(0, 1, page.shape[1])
    fold = 1 - chance.uniform(0.3, 0.55) * np.exp(-((across - chance.choice((0.0, 1.0, 0.5))) ** 2) / 0.02)
    paper = np.array([chance.uniform(0.78, 0.95), chance.uniform(0.9, 0.97), 0.98])
    return _packed(_u8(np.clip(page * fold[None, :, None] * paper, 0, 255)), 75)


def sealed(form: PrintedForm, chance: Chance) -> Pixels:
    """Stamp the table with a round seal, its letters and its star, unevenly inked."""
    dots = chance.uniform(170, 250)
    page = _page(form.pdf, dots)
    height, width = page.shape[:2]
    ink = _seal(round(dots * chance.uniform(1.5, 1.7)), float(chance.uniform(-25, 25)))
    ink *= chance.uniform(0.7, 1.0, ink.shape) * chance.uniform(0.75, 1.0)
    side = ink.shape[0]
    x, y = int(chance.uniform(0.15, 0.9) * (width - side)), int(chance.uniform(0.25, 0.8) * (height - side))
    part, cover = page[y : y + side, x : x + side].astype(np.float32), ink[..., None]
    red = np.array([chance.uniform(35, 80), chance.uniform(30, 60), chance.uniform(190, 235)])
    page[y : y + side, x : x + side] = _u8(part * (1 - cover) + np.minimum(part, red) * cover)
    return page


def photographed(form: PrintedForm, chance: Chance) -> Pixels:
    """Photograph the sheet on a desk, from one side, a little bent, under a lamp."""
    page = _page(form.pdf, chance.uniform(200, 270))
    height, width = page.shape[:2]
    border = round(width * chance.uniform(0.05, 0.12))
    desk = cv2.copyMakeBorder(page, *(border,) * 4, cv2.BORDER_CONSTANT, value=tuple(chance.uniform(40, 130, 3)))
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float32) + border
    moved = (corners + chance.uniform(-0.05, 0.05, (4, 2)) * width).astype(np.float32)
    seen = cv2.warpPerspective(desk, cv2.getPerspectiveTransform(corners, moved), desk.shape[1::-1])
    down, across = np.mgrid[0 : seen.shape[0], 0 : seen.shape[1]].astype(np.float32)
    bent = down + seen.shape[0] * chance.uniform(0.0005, 0.002) * np.sin(across * math.pi / seen.shape[1])
    seen = cv2.remap(seen, across, bent.astype(np.float32), cv2.INTER_LINEAR)
    lamp_x, lamp_y = chance.uniform(0, seen.shape[1]), chance.uniform(0, seen.shape[0])
    away = np.hypot(across - lamp_x, down - lamp_y) / np.hypot(*seen.shape[:2])
    lit = seen * (1.05 - chance.uniform(0.3, 0.6) * away)[..., None]
    lit = cv2.GaussianBlur(lit, (0, 0), float(chance.uniform(0.6, 1.2))) + chance.normal(0, 4, seen.shape)
    return _packed(_u8(np.clip(lit, 0, 255)), int(chance.integers(70, 90)))


def two_tone(form: PrintedForm, chance: Chance) -> Pixels:
    """Scan as black and white, as a fax or an office copier does."""
    page = cv2.cvtColor(_page(form.pdf, chance.uniform(190, 300)), cv2.COLOR_BGR2GRAY)
    page = _u8(np.clip(page + chance.normal(0, 12, page.shape), 0, 255))
    return _u8(np.repeat(((page > chance.uniform(120, 190)) * 255)[..., None], 3, axis=2))


def small_print(form: PrintedForm, chance: Chance) -> Pixels:
    """Print the form in letters of 6.6 points and scan it."""
    dots = chance.uniform(180, 300)
    page = _page(form.pdf, dots * SMALL / _letters(form.pdf))
    above, beside = round(dots * chance.uniform(0.3, 0.8)), round(dots * chance.uniform(0.3, 0.8))
    paper = np.full((page.shape[0] + 3 * above, page.shape[1] + 3 * beside, 3), 252, np.uint8)
    paper[above : above + page.shape[0], beside : beside + page.shape[1]] = page
    matrix = cv2.getRotationMatrix2D((beside, above), float(chance.uniform(-0.8, 0.8)), 1)
    laid = cv2.warpAffine(paper, matrix, paper.shape[1::-1], flags=cv2.INTER_LINEAR, borderValue=(252, 252, 252))
    return _packed(_u8(cv2.GaussianBlur(laid, (0, 0), float(chance.uniform(0.3, 0.7)))), 85)


Wear = Callable[[PrintedForm, Chance], Pixels]
KINDS: dict[str, Wear] = {
    wear.__name__: wear
    for wear in (clean, coarse, tilted, noisy, blurred, shaded, sealed, photographed, two_tone, small_print)
}


def _u8(picture: Any) -> Pixels:
    return np.asarray(picture).astype(np.uint8)


def _grey(page: Pixels) -> Pixels:
    return np.repeat(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)[..., None], 3, axis=2).astype(np.uint8)


def _packed(page: Any, quality: int) -> Pixels:
    return _u8(cv2.imdecode(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR))


def _page(data: bytes, dots: float) -> Pixels:
    with pdfium.PdfDocument(data) as pdf:
        return np.ascontiguousarray(pdf[0].render(scale=dots / 72).to_numpy()[:, :, :3])


def _letters(data: bytes) -> float:
    """Return the usual size of a page's letters in points."""
    with pdfium.PdfDocument(data) as pdf:
        page = pdf[0].get_textpage()
        return float(median(raw.FPDFText_GetFontSize(page.raw, at) for at in range(page.count_chars())))


def _seal(side: int, turn: float) -> Any:
    """Draw a seal; return how much ink lies where, 0 to 1."""
    image = Image.new("L", (side, side))
    pen, middle = ImageDraw.Draw(image), side / 2
    pen.ellipse((4, 4, side - 4, side - 4), outline=255, width=max(3, side // 45))
    tips = [(middle + r * side * math.sin(n * math.pi / 5), middle - r * side * math.cos(n * math.pi / 5))
            for n in range(10) for r in ((0.15,) if n % 2 == 0 else (0.06,))]  # fmt: skip
    pen.polygon(tips, fill=255)
    font = ImageFont.truetype(str(_SEAL_FONT), side // 9) if _SEAL_FONT.is_file() else None
    for number, letter in enumerate(_SEAL):
        angle = math.pi * (-0.72 + 1.44 * number / (len(_SEAL) - 1))
        tile = Image.new("L", (side // 7, side // 7))
        ImageDraw.Draw(tile).text((2, 0), letter, fill=255, font=font)
        tile = tile.rotate(-math.degrees(angle))
        at = (round(middle + 0.39 * side * math.sin(angle)) - side // 14,
              round(middle - 0.39 * side * math.cos(angle)) - side // 14)  # fmt: skip
        image.paste(255, (*at, at[0] + tile.width, at[1] + tile.height), tile)
    return np.asarray(image.rotate(turn), np.float32) / 255


def printed_forms(folder: Path) -> Iterator[PrintedForm]:
    """Print the Word files of a folder with LibreOffice."""
    with tempfile.TemporaryDirectory() as room:
        words = sorted(str(path) for path in folder.glob("*.docx"))
        profile = f"-env:UserInstallation={Path(room).as_uri()}/profile"
        command = [office.find() or "soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", room, *words]
        subprocess.run(command, capture_output=True, timeout=300, check=True)
        for path in sorted(Path(room).glob("*.pdf")):
            record = json.loads((folder / f"{path.stem}.record.json").read_text("utf-8"))
            yield PrintedForm(path.stem, path.read_bytes(), record)


def _compare(file: File, truth: Form, gold: dict[str, Any], worn: Worn, name: str) -> None:
    """Count right fields, wrong ones nobody is warned of, and errors that only the misreading makes."""
    form = file.forms[0] if file.forms else None
    worn.to_check += sum(problem.code in ("unsure", "repaired") for problem in file.problems)
    for path, true in _flat(gold):
        read = _at(form, path)
        worn.fields += 1
        if _same(read, true):
            worn.right += 1
            continue
        is_marked = form is None or path in form.unread
        worn.sure_wrong += not is_marked
        worn.wrong.append(f"{name} {path}: read {read!r}, true {true!r}{'（已标）' if is_marked else ''}")
    if form is not None:
        made = _errors(form) - _errors(truth)
        worn.false_errors += len(made)
        worn.wrong += [f"{name} error {error}" for error in sorted(made)]


def _same(read: str | None, true: str | None) -> bool:
    """Compare two values; a lone level stroke is one answer however long it is drawn."""
    return same_text(read, true) or {read, true} == {"—", "-"}


def _flat(gold: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for key, value in gold.items():
        if isinstance(value, list):
            yield from ((f"{key}[{at}].{name}", text) for at, row in enumerate(value) for name, text in row.items())
        else:
            yield key, value


def _at(form: Form | None, path: str) -> str | None:
    try:
        return form.text(path) if form else None
    except (IndexError, KeyError):
        return None


def _errors(form: Form) -> set[str]:
    findings = check(form, pack("national-2020")).findings
    return {f"{found.code} {found.cells[0].field}" for found in findings if found.severity == "error"}


def measured(kinds: dict[str, Wear], seed: int) -> Iterator[tuple[str, Worn]]:
    """Wear every form in every way and read it; a way's chances do not hang on which others are run."""
    forms = list(printed_forms(FORMS))
    for kind, wear in kinds.items():
        worn, chance = Worn(), np.random.default_rng([seed, *map(ord, kind)])
        for form in forms:
            packed = BytesIO()
            Image.fromarray(cv2.cvtColor(wear(form, chance), cv2.COLOR_BGR2RGB)).save(packed, "PNG", compress_level=1)
            (truth,) = read_file(form.pdf, f"{form.name}.pdf").forms
            begun = time.process_time()
            file = read_file(packed.getvalue(), f"{form.name}.png")
            worn.seconds += time.process_time() - begun
            worn.pages += 1
            _compare(file, truth, form.record, worn, f"{kind} {form.name}")
        yield kind, worn


def main(arguments: list[str]) -> int:
    """Print a line for each way of wearing pages beside its first run."""
    os.environ[PLACE] = "off"  # every page is recognised, none remembered
    seed = int(arguments[arguments.index("--seed") + 1]) if "--seed" in arguments else SEED
    chosen = {kind: wear for kind, wear in KINDS.items() if kind in arguments} or KINDS
    first = yaml.safe_load(FIRST.read_text("utf-8"))["kinds"] if FIRST.is_file() else {}
    for kind, worn in measured(chosen, seed):
        then = f"first {first[kind]['right']:.4f}  " if kind in first else ""
        print(
            f"{kind:13}{then}now {worn.right}/{worn.fields} = {worn.right / worn.fields:.4f}  "
            f"sure but wrong {worn.sure_wrong} = {worn.sure_wrong / worn.fields:.4f}  false errors {worn.false_errors}  "
            f"to check {worn.to_check / worn.pages:.1f} a page  {worn.seconds / worn.pages:.2f} CPU s a page",
            flush=True,
        )
        if "--wrong" in arguments:
            print("\n".join(worn.wrong), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
