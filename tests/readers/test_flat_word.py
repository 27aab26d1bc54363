"""Word documents in one XML file: Flat OPC and Word 2003 XML."""

import zipfile
from io import BytesIO

from fuhe.intake.reading import read_file
from readers.tables import docx_of

ROWS = [
    [("项目名称", 1, 1), ("渠道维修", 1, 4)],
    [("一级指标", 1, 1), ("三级指标", 1, 1), ("年度指标值", 1, 1), ("实际完成值", 1, 1), ("得分", 1, 1)],
    [("产出指标", 2, 1), ("维修长度", 1, 1), ("≥2公里", 1, 1), ("2公里", 1, 1), ("50", 1, 1)],
    [("维修座数", 1, 1), ("3座", 1, 1), ("3座", 1, 1), ("50", 1, 1)],
    [("总分", 1, 4), ("100", 1, 1)],
]
PKG = "http://schemas.microsoft.com/office/2006/xmlPackage"
NEW = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLD = "http://schemas.microsoft.com/office/word/2003/wordml"


def parts() -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(docx_of(ROWS))) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def old(document: str) -> bytes:
    body = document[document.index("<w:body>") : document.index("</w:document>")].replace("vMerge", "vmerge")
    head = f'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="{OLD}">'
    return f"{head}{body}</w:wordDocument>".encode()


def names(data: bytes) -> list[str | None]:
    return [row.name for row in read_file(data, "表.doc").forms[0].record.indicators]


def test_flat_opc_is_read() -> None:
    held = "".join(f'<p:part p:name="/{name}"><p:xmlData>{part}</p:xmlData></p:part>' for name, part in parts().items())
    assert names(f'<?xml version="1.0"?><p:package xmlns:p="{PKG}">{held}</p:package>'.encode()) == [
        "维修长度",
        "维修座数",
    ]


def test_word_2003_xml_is_read_with_its_merges() -> None:
    assert names(old(parts()["word/document.xml"])) == ["维修长度", "维修座数"]


def test_word_2003_xml_without_merged_cells_is_named() -> None:
    lost = parts()["word/document.xml"].replace(
        '<w:tc><w:tcPr><w:gridSpan w:val="1"/><w:vMerge/></w:tcPr><w:p/></w:tc>', ""
    )
    assert "Word 2003 XML" in read_file(old(lost), "表.doc").problems[0].message
