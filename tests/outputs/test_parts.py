"""Parts of an Office file changed one by one: the rest is the same bytes, and the file opens."""

import io
import json
import zipfile

import pytest
from docx import Document

from conftest import SAMPLES
from evals.bench.outputs import report_of
from fuhe.errors import ReadError
from fuhe.outputs import contract
from fuhe.outputs.parts import with_parts
from officeforms import packed, parts, word, workbook

PART = "word/document.xml"


def _infos(data: bytes) -> dict[str, tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {
            i.filename: (i.date_time, i.CRC, i.file_size, i.compress_size, i.external_attr) for i in file.infolist()
        }


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_parts_that_do_not_change_are_the_same_bytes(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, part in {**parts(word()), "图片/一.png": b"\x89PNG" * 9000, "空": b""}.items():
            file.writestr(name, part)
    before = out.getvalue()
    made = with_parts(before, {PART: parts(before)[PART] + b" ", "新": b"1"})
    assert parts(made) == parts(before) | {PART: parts(before)[PART] + b" ", "新": b"1"}
    assert list(_infos(made)) == [*_infos(before), "新"]
    assert {n: i for n, i in _infos(made).items() if n not in (PART, "新")} == {
        n: i for n, i in _infos(before).items() if n != PART
    }


def test_sizes_written_behind_their_parts_are_put_in_front() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts(word()).items():
            file.writestr(name, part)
    made = with_parts(out.getvalue(), {"新": b"1"})
    assert parts(made) == parts(word()) | {"新": b"1"}
    Document(io.BytesIO(made))


def test_directory_that_tells_of_the_same_bytes_again_and_again_is_refused() -> None:
    data = packed({f"图{number}": b"" for number in range(4)})
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data = data[: at + 20] + (2**27).to_bytes(4, "little") + data[at + 24 :]
    with pytest.raises(ReadError, match="过大"):
        with_parts(data, {})


@pytest.mark.parametrize("make", [word, workbook])
def test_backslashes_in_names_and_links_are_put_right(make: object) -> None:
    held = parts(make())  # type: ignore[operator]
    odd = {
        name.replace("/", "\\"): part.replace(b'Target="word/', b'Target="word\\').replace(
            b'PartName="/word/', b'PartName="/word\\'
        )
        for name, part in held.items()
    }
    made = parts(with_parts(packed(odd), {"新": b"1"}))
    assert set(made) == {*held, "新"}
    assert not [name for name, part in made.items() if name.endswith((".rels", "Types].xml")) and b"\\" in part]


def test_json_is_what_the_standard_library_writes() -> None:
    report = report_of((SAMPLES / "zhongwei_2024.txt").read_bytes(), "样表.txt")
    told = contract.to_json(report)
    assert told == json.dumps(json.loads(told), ensure_ascii=False, indent=1) + "\n"
