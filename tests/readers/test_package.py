"""Zip packages are opened within limits that hold whatever the file claims."""

import struct
import zipfile

import pytest

from fuhe.errors import ReadError
from fuhe.readers import package
from fuhe.readers.package import MAX_MEMBERS, MAX_PART, MB, Package, parse
from readers.tables import links, zipped

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


def refusal(data: bytes, part: str = "a.xml") -> str:
    with pytest.raises(ReadError) as caught:
        Package(data).read(part)
    return caught.value.code


def test_part_names_ignore_case_and_slashes() -> None:
    assert Package(zipped({"Word\\Document.xml": b"x"})).read("word/document.xml") == b"x"


def test_missing_part_is_broken() -> None:
    assert refusal(zipped({"b.xml": b""})) == "broken"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip", b"PK\x05\x06" + bytes(18)[:10]])
def test_non_zip_is_broken(data: bytes) -> None:
    assert refusal(data) == "broken"


def test_truncated_zip_is_broken() -> None:
    assert refusal(zipped({"a.xml": b"x" * 5000})[:-40]) == "broken"


def test_wrong_checksum_is_broken() -> None:
    data = zipped({"a.xml": b"content"}, zipfile.ZIP_STORED)
    assert refusal(data.replace(b"content", b"CONTENT", 1)) == "broken"


def test_too_many_members_are_refused() -> None:
    assert refusal(zipped({f"{at}": b"" for at in range(MAX_MEMBERS + 1)})) == "unsafe"


def test_bomb_is_refused_by_ratio() -> None:
    assert refusal(zipped({"a.xml": bytes(4 * MB)})) == "unsafe"


def test_small_parts_may_compress_well() -> None:
    assert len(Package(zipped({"a.xml": bytes(MB // 2)})).read("a.xml")) == MB // 2


def test_large_part_stops_at_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_PART", 1000)
    assert refusal(zipped({"a.xml": b"x" * 1001})) == "too_large"


def test_total_of_parts_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_TOTAL", 1000)
    opened = Package(zipped({"a.xml": b"x" * 600, "b.xml": b"x" * 600}))
    opened.read("a.xml")
    with pytest.raises(ReadError, match="过大"):
        opened.read("b.xml")


def test_lying_small_size_is_broken() -> None:
    data = zipped({"a.xml": b"y" * 9000})
    assert refusal(data.replace(struct.pack("<I", 9000), struct.pack("<I", 10))) == "broken"


def test_lying_huge_size_costs_nothing() -> None:
    data = zipped({"a.xml": b"y" * 9000})
    lie = data.replace(struct.pack("<I", 9000), struct.pack("<I", 0x7FFFFFFF))
    assert MAX_PART < 0x7FFFFFFF
    assert Package(lie).read("a.xml") == b"y" * 9000


def test_password_flag_is_encrypted() -> None:
    data = bytearray(zipped({"a.xml": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    assert refusal(bytes(data)) == "encrypted"


def test_rare_compression_is_unsupported() -> None:
    assert refusal(zipped({"a.xml": b"x"}, zipfile.ZIP_LZMA)) == "unsupported"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("attack", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
def test_entities_are_refused(attack: bytes, encoding: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse(attack.decode().encode(encoding))
    assert caught.value.code == "unsafe"


def test_declaration_in_odd_encoding_is_refused() -> None:
    text = '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    with pytest.raises(ReadError):
        parse(text.encode("cp037"))


@pytest.mark.parametrize(
    "data", [b"", b"<a>", b"<a/><b/>", b"<a>" * 400 + b"</a>" * 400, b'<?xml version="1.0" encoding="none"?><a/>']
)
def test_malformed_xml_is_broken(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        parse(data)
    assert caught.value.code == "broken"


def test_endless_tags_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_MARKS", 1000)
    with pytest.raises(ReadError, match="过多"):
        parse(b"<a>" + b"<b/>" * 1000 + b"</a>")


def test_strict_names_become_usual_ones() -> None:
    assert "schemas.openxmlformats.org" in str(parse(b'<a xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>').tag)


def test_relations_resolve_against_part() -> None:
    parts = {"xl/_rels/workbook.xml.rels": links(styles="/xl/s.xml", worksheet="sheets/../one.xml")}
    found = Package(zipped(parts)).relations("xl/workbook.xml")
    assert [link.target for link in found.values()] == ["xl/s.xml", "xl/one.xml"]


def test_outside_links_are_left_out() -> None:
    rels = links(image="http://example.com/a.png").replace("Target=", 'TargetMode="External" Target=')
    assert Package(zipped({"_rels/.rels": rels})).relations() == {}
