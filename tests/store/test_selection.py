"""A query string says which forms; what it cannot say is refused in words."""

from urllib.parse import parse_qsl

import pytest

from fuhe.errors import UsageError
from fuhe.store.selection import Selection, span
from made_batch import Made, counted


@pytest.mark.parametrize(
    ("text", "ends"), [("97", (97, 98)), ("95-", (95, None)), ("-80", (None, 80)), ("60-62", (60, 62))]
)
def test_range_reads_as_printed(text: str, ends: tuple[float | None, float | None]) -> None:
    assert span(text) == ends


def test_query_says_the_same_selection_again() -> None:
    given = Selection(
        batch=3, code="F003", unit="县（区）教育局&财务科", score="97", rate="-80", copied=True, q="校舍 50%"
    )
    assert Selection.of(dict(parse_qsl(given.query))) == given


@pytest.mark.parametrize(
    "query", [{"score": "高"}, {"batch": "x"}, {"severity": "bad"}, {"state": "lost"}, {"rate": "-"}]
)
def test_word_that_cannot_be_used_is_named(query: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(query))):
        Selection.of(query)


def test_empty_words_do_not_narrow() -> None:
    assert Selection.of({"code": "", "q": "", "page": "2"}) == Selection()


def test_wildcards_in_a_search_are_letters(made: Made) -> None:
    with made.store.reading() as connection:
        assert counted(connection, Selection(q="%")) == 0
        assert counted(connection, Selection(q="教育局")) == counted(connection, Selection(unit="县教育局"))


def test_family_covers_its_codes(made: Made) -> None:
    with made.store.reading() as connection:
        family = counted(connection, Selection(code="V"))
        assert family >= counted(connection, Selection(code="V001")) > 0


def test_code_and_severity_must_meet_in_one_finding(made: Made) -> None:
    with made.store.reading() as connection:
        assert counted(connection, Selection(code="V004", severity="info")) > 0
        assert counted(connection, Selection(code="V004", severity="error")) == 0
