"""Every file of a folder, an archive or a mail has its name in the result, read or not, and the same words everywhere."""

import os
from pathlib import Path

import pytest

from fuhe.intake.archives import Archive
from fuhe.intake.folders import inside
from fuhe.intake.paths import original, read_paths
from fuhe.records import File
from fuhe.web.work.uploads import Admission, admit
from intake.conftest import FORM, mail, zipped
from readers.compound import compound_of

HEIC = b"\0\0\0\x18ftypheic" + bytes(40)
PHOTO = b"\xff\xd8\xff\xe0" + bytes(40)


def read(*paths: Path) -> dict[str, File]:
    found = list(read_paths(map(str, paths)))
    return {file.path: file for file in found}


def told(files: dict[str, File], folder: Path) -> dict[str, str]:
    return {path.removeprefix(f"{folder}/"): file.status for path, file in files.items()}


def test_photo_and_unknown_kinds_are_named_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "表.txt").write_text(FORM)
    (tmp_path / "照片.jpg").write_bytes(PHOTO)
    (tmp_path / "没有后缀").write_bytes(bytes(range(256)) * 9)
    assert told(read(tmp_path), tmp_path) == {"没有后缀": "failed", "照片.jpg": "failed", "表.txt": "ok"}


def test_photo_is_refused_in_the_same_words_everywhere(tmp_path: Path) -> None:
    (tmp_path / "照片.heic").write_bytes(HEIC)
    (tmp_path / "包.zip").write_bytes(zipped({"照片.heic": HEIC}))
    words = {problem.message for file in read(tmp_path).values() for problem in file.problems}
    door = Admission()
    admit(door, "照片.heic", HEIC)
    assert words == {door.found[0].refused}


def test_archives_within_archives_are_read(tmp_path: Path) -> None:
    inner = zipped({"甲局/表.txt": FORM, "封面.png": b"\x89PNG\r\n\x1a\n"})
    (tmp_path / "全县.zip").write_bytes(zipped({"甲局.zip": inner, "../外面.txt": FORM}))
    assert told(read(tmp_path), tmp_path) == {
        "全县.zip!甲局.zip!甲局/表.txt": "ok",
        "全县.zip!甲局.zip!封面.png": "failed",
        "全县.zip!../外面.txt": "ok",
    }


def test_archive_nested_too_deep_or_damaged_is_named(tmp_path: Path) -> None:
    deep = zipped({"表.txt": FORM})
    for level in range(4):
        deep = zipped({f"{level}.zip": deep})
    (tmp_path / "深.zip").write_bytes(zipped({"深.zip": deep, "坏.zip": b"PK\x03\x04x", "表.txt": FORM}))
    files = read(tmp_path)
    assert [file.status for file in files.values()] == ["failed", "failed", "ok"]
    assert any("套得过深" in file.problems[0].message for file in files.values() if file.problems)


def test_members_of_the_same_name_are_both_read() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped_twice("表.txt")
    assert len(Archive(data).names) == 2


def zipped_twice(name: str) -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, FORM)
        file.writestr(name, FORM)
    return out.getvalue()


def test_attachments_of_a_mail_are_read(tmp_path: Path) -> None:
    (tmp_path / "报送.eml").write_bytes(mail(**{"自评表.txt": FORM.encode(), "照片.jpg": PHOTO}))
    assert told(read(tmp_path), tmp_path) == {"报送.eml!自评表.txt": "ok", "报送.eml!照片.jpg": "failed"}


def test_name_that_is_not_utf8_is_shown_and_its_bytes_are_found(tmp_path: Path) -> None:
    place = os.fsdecode(os.fsencode(tmp_path) + "/自评表.txt".encode("gbk"))
    Path(place).write_text(FORM)
    assert list(read(tmp_path)) == [str(tmp_path / "自评表.txt")]
    assert original(str(tmp_path / "自评表.txt"), [str(tmp_path)]) == FORM.encode()


def test_copies_handed_back_and_own_settings_are_passed_over(tmp_path: Path) -> None:
    for name in ("表.txt", "退回件/表_批注（重排）.docx", "退回件/别的_批注.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(FORM)
    (tmp_path / "fuhe.toml").write_text("")
    statuses = {source.path: source.status for source in inside(tmp_path)}
    assert statuses == {
        "fuhe.toml": "skipped", "表.txt": "ok", "退回件/表_批注（重排）.docx": "skipped", "退回件/别的_批注.docx": "ok",
    }  # fmt: skip


def test_folder_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shut = tmp_path / "锁着"
    shut.mkdir()
    (tmp_path / "表.txt").write_text(FORM)
    opened = os.scandir

    def scandir(folder: Path) -> object:
        if folder == shut:
            raise PermissionError(13, "Permission denied")
        return opened(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert told(read(tmp_path), tmp_path) == {"表.txt": "ok", "锁着": "failed"}


def test_member_of_an_archive_is_found_again(tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(zipped({"内.zip": zipped({"表.txt": FORM})}))
    assert original(f"{tmp_path}/包.zip!内.zip!表.txt") == FORM.encode()


def test_attachments_of_an_outlook_message_are_read(tmp_path: Path) -> None:
    streams = {"__properties_version1.0": b""}
    for number, (name, data) in enumerate({"自评表.txt": FORM.encode() + b"\n" * 4096, "照片.jpg": PHOTO}.items()):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_37010102"] = data
    (tmp_path / "报送.msg").write_bytes(compound_of(streams))
    assert told(read(tmp_path), tmp_path) == {"报送.msg!自评表.txt": "ok", "报送.msg!照片.jpg": "failed"}


def test_outlook_message_without_attachments_gives_its_own_text(tmp_path: Path) -> None:
    streams = {"__properties_version1.0": b"", "__substg1.0_1000001F": f"{FORM}\n".encode("utf-16-le")}
    (tmp_path / "报送.msg").write_bytes(compound_of(streams))
    assert told(read(tmp_path), tmp_path) == {"报送.msg!正文.txt": "ok"}
