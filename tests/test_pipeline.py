"""The few lines from a file to findings and to a letter, as Python callers write them."""

import doctest
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

import fuhe
from fuhe import pipeline

ROOT = Path(__file__).parents[1]
EXAMPLE = (fuhe.__doc__ or "").partition("\n\n")[2]


@pytest.mark.parametrize("verb", [getattr(fuhe, name) for name in fuhe.__all__], ids=fuhe.__all__)
def test_docstring_examples_run(verb: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.DocTestFinder(recurse=False).find(verb, verb.__name__, globs=dict(vars(pipeline)))
    results = [doctest.DocTestRunner().run(example) for example in found]
    assert results
    assert not any(result.failed for result in results)


def test_package_example_prints_findings_and_a_letter(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = textwrap.dedent(EXAMPLE).replace("自评表.docx", str(samples))
    exec(compile(lines, "fuhe", "exec"), {})
    said = capsys.readouterr().out
    assert "error A002" in said  # the total of the hotline form
    assert "98.5" in said


def test_unknown_names_are_no_attributes() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        fuhe.nothing  # noqa: B018


def test_every_name_offered_is_there() -> None:
    assert all(callable(getattr(fuhe, name)) for name in fuhe.__all__)


def test_package_is_typed() -> None:
    assert (Path(fuhe.__file__).parent / "py.typed").is_file()
