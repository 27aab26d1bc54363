"""Damaged files of every format: never an exception, never without a word, never for long. FUHE_FUZZ sets how many."""

import os
import random
import time
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from conftest import SAMPLES
from fuhe.intake.reading import read_file
from fuhe.readers.scans import ocr_extra
from readers.ofd_files import lines, ofd, page, say
from readers.tables import docx_of, xlsx_of

COUNT = int(os.environ.get("FUHE_FUZZ", "40"))
FIXTURES = Path(__file__).parents[1] / "fixtures"
PICTURES = ("png", "jpeg", "tiff", "bmp", "webp", "gif")
LINES = (SAMPLES / "zhongwei_2024.txt").read_text("utf-8").split("附件 2")[0].splitlines()
ROWS = [[(cell, 1, 1) for cell in f"{line}{chr(9) * 9}".split("\t")[:9]] for line in LINES if "\t" in line]
HTML = "<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c, *_ in row) + "</tr>" for row in ROWS) + "</table>"


def picture(kind: str) -> bytes:
    """Draw a small table as an image file."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (500, 260), "white")
    pen = ImageDraw.Draw(page)
    for at in range(4):
        pen.rectangle((20 + 110 * at, 30, 130 + 110 * at, 110), outline="black", width=2)
        pen.text((40 + 110 * at, 60), f"{at}98.5%", fill="black")
    out = BytesIO()
    page.save(out, kind)
    return out.getvalue()


SEEDS: dict[str, Callable[[], bytes]] = {
    "docx": lambda: docx_of(ROWS, ["项目支出绩效自评表"]),
    "xlsx": lambda: xlsx_of(ROWS),
    "xls": lambda: (FIXTURES / "book.xls").read_bytes(),
    "doc": lambda: (FIXTURES / "table.doc").read_bytes(),
    "pdf": lambda: (FIXTURES / "cut_rows_landscape.pdf").read_bytes(),
    "ofd": lambda: ofd(page(lines(), say("项目名称", 12, 32), say("甲", 62, 32)), page(lines())),
    "html": lambda: HTML.encode(),
    "txt": lambda: "\n".join(LINES).encode(),
    **({kind: partial(picture, kind) for kind in PICTURES} if ocr_extra.is_installed() else {}),
}


def flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 12)):
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


def blank(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    size = min(chance.randint(1, 600), len(data) - start)
    data[start : start + size] = bytes(size)


def repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.randint(1, 2000)]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Damage bytes; inside a zip, half of the time, damage a part and pack it again with a right checksum."""
    how = chance.choice((flip, cut, blank, repeat))
    if not data.startswith(b"PK") or chance.random() < 0.5:
        damaged = bytearray(data)
        how(damaged, chance)
        return bytes(damaged)
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        victim = chance.choice([name for name in source.namelist() if source.getinfo(name).file_size])
        for name in source.namelist():
            part = bytearray(source.read(name))
            if name == victim:
                how(part, chance)
            target.writestr(name, bytes(part))
    return out.getvalue()


@pytest.mark.parametrize("kind", SEEDS)
@pytest.mark.filterwarnings("default")
def test_damage_is_always_one_clear_answer(kind: str) -> None:
    data, chance = SEEDS[kind](), random.Random(kind)
    for _ in range(COUNT // 8 if kind in PICTURES else COUNT):  # a picture that opens takes a second to read
        damaged, start = mutated(data, chance), time.monotonic()
        file = read_file(damaged, f"x.{kind}")
        assert time.monotonic() - start < 10
        assert file.forms or (file.status == "failed" and file.problems[0].message.endswith("。"))
