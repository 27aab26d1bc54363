"""fuhe rules: the catalogue, a rule's page, and what a changed pack or word list would change."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fuhe.cli.rules import command
from fuhe.errors import FuheError

FORM = (
    "项目名称\t校舍维修\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
    "产出指标\t数量指标\t维修校舍栋数\t≥2栋\t3.2栋\t90\t90\n效益指标\t社会效益指标\t校园环境\t焕然一新\t焕然一新\t10\t10\n总分\t\t\t\t\t100\t100\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "表.txt").write_text(FORM, "utf-8")
    return tmp_path / "forms"


def _run(*args: str) -> str:
    done = CliRunner().invoke(command, args, catch_exceptions=False, standalone_mode=False)
    return done.output


def test_list_has_families_and_batch_rules() -> None:
    text = _run()
    assert "A 算术" in text
    assert "D003　警告　效益、满意度指标在不同项目间照搬（多表）" in text


def test_code_in_form_and_batch_gives_both_pages() -> None:
    text = _run("S008")
    assert text.count("查什么：") == 2


def test_changed_threshold_shows_what_it_misses(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "本县.yaml").write_text(
        "base: national-2020\ntitle: 本县\nthresholds: {over_target_ratio: 1.7}\n", "utf-8"
    )
    text = _run("--try", str(tmp_path / "本县.yaml"), str(folder))
    assert "少报：V012 1 处" in text


def test_changed_words_show_what_they_newly_hit(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "口径" / "lexicon").mkdir(parents=True)
    (tmp_path / "口径" / "lexicon" / "typos.yaml").write_text("wrong: {焕然一新: 面貌一新}\n", "utf-8")
    text = _run("--try", str(tmp_path / "口径"), str(folder))
    assert "多报：N006 2 处" in text
    assert "焕然一新" in text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("本县.yaml", "base: national-2020\nthreshold: {}\n", ["第 2 行", "threshold"]),
        ("本县.yaml", "base: national-2020\nweights: {产出: 五十}\n", ["第 2 行", "产出", "数字"]),
        ("本县.yaml", "base: national-2020\nweights: {产出: [\n", ["行", "YAML"]),
        ("本县.yaml", "base: mars\n", ["第 1 行", "mars"]),
        ("口径/lexicon/phrases.yaml", "stat: [焕然一新]\n", ["第 1 行", "stat"]),
        ("口径/lexicon/phrases.yaml", "state: 焕然一新\n", ["第 1 行", "state", "列表"]),
        ("口径/lexicon/phrase.yaml", "state: [好]\n", ["phrase"]),
    ],
)
def test_errors_name_file_line_and_entry(
    folder: Path, tmp_path: Path, name: str, content: str, words: list[str]
) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    with pytest.raises(FuheError) as raised:
        _run("--try", str(tmp_path / name.split("/")[0]), str(folder))
    assert all(word in str(raised.value) for word in words), str(raised.value)


def test_missing_pack_is_said(folder: Path) -> None:
    with pytest.raises(FuheError, match="没有"):
        _run("--try", "没有这个", str(folder))
