"""Styles and scripts keep to what a browser of 2020 knows, and pages to the strict policy."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from fuhe.web.rendering import HERE, STATIC

OWN = sorted(path for path in STATIC.iterdir() if path.suffix in (".css", ".js"))
TOO_NEW = {
    ".css": r":has\(|:is\(|:where\(|@container|color-mix|@layer|@scope|\binset:|aspect-ratio|accent-color|\d(?:dvh|svh|lvh)\b"
    r"|^\s*&|overflow:\s*clip|text-wrap|\bsubgrid\b|translate:|scale:|rotate:",
    ".js": r"\.at\(|\.replaceAll\(|\?\?=|\|\|=|&&=|structuredClone|Object\.hasOwn|\.findLast|\.toSorted|\.toReversed"
    r"|Promise\.any|#\w+\s*[=(;]|static\s*\{|\beval\(|new Function",
}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_file_keeps_to_the_floor(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.findall(TOO_NEW[path.suffix], text, re.M)


@pytest.mark.parametrize("path", sorted((HERE / "templates").iterdir()), ids=lambda path: path.name)
def test_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"""(?:src|href)=["']https?:""", text)


def test_styles_load_nothing_from_elsewhere() -> None:
    for path in OWN:
        assert not re.search(r"@import|@font-face|url\(\s*['\"]?https?:", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("address", ["/", "/forms/2", "/forms/2?tab=list", "/forms/2?n=5&side=fill", "/forms/2/print"])
def test_page_reads_without_script(client: TestClient, address: str) -> None:
    text = re.sub(r"<script.*?</script>", "", client.get(address).text, flags=re.S)
    assert "政务服务" in text
    assert re.search(r"<h1", text)
