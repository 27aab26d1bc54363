"""Figures in texts lead to the cells they are the text of, and to no others."""

import re

from fastapi.testclient import TestClient

from fuhe.outputs.in_words import segments
from fuhe.store.database import Store
from fuhe.web.work.card import card
from fuhe.web.work.linked_text import Link, cut
from fuhe.web.work.open_form import OpenForm, Side, open_form

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _all_seen(store: Store, side: Side = "review") -> list[OpenForm]:
    with store.reading() as connection:
        found = [open_form(connection, form_id, side) for form_id in range(1, 7)]
    return [seen for seen in found if seen is not None]


def _texts(seen: OpenForm) -> dict[str, str]:
    marked = seen.marked
    return {
        marked.slot_id(number, row, slot): slot.text
        for number, table in enumerate(marked.tables)
        for row, slots in enumerate(table.rows)
        for slot in slots
    }


def test_number_inside_a_longer_one_stays_plain() -> None:
    assert [piece.kind for piece in cut("得19.5分", [Link("9.5", "cell", "c")])] == ["plain"]


def test_value_is_linked_once_where_it_stands_alone() -> None:
    pieces = cut("10分得9分，共110分", [Link("10", "cell", "a"), Link("9", "cell", "b")])
    assert [(piece.text, piece.slot) for piece in pieces if piece.kind == "cell"] == [("10", "a"), ("9", "b")]


def test_blank_to_fill_in_is_a_piece_of_its_own() -> None:
    pieces = cut("由【待补充：科室】于3月前完成", [Link("3", "cell", "c")])
    assert [piece.kind for piece in pieces] == ["plain", "blank", "plain", "cell", "plain"]


def test_pieces_together_are_the_text(store: Store) -> None:
    for seen in _all_seen(store):
        for entry in seen.findings:
            shown = card(seen, entry)
            assert "".join(piece.text for piece in shown.message) == entry.finding.message
            assert "".join(piece.text for piece in shown.proposal_pieces) == shown.proposal


def test_every_span_is_the_text_of_its_cell(store: Store) -> None:
    checked = 0
    for seen in _all_seen(store):
        texts = _texts(seen)
        for entry in seen.findings:
            for text, cell in segments(entry.finding):
                if cell is not None:
                    slot = entry.mark.slots[cell]
                    assert slot is not None
                    assert (entry.finding.cells[cell].text or "").strip() == texts[slot].strip()
                    assert text in texts[slot]
                    checked += 1
    assert checked > 200


def test_linked_figures_stand_in_the_cell_they_lead_to(store: Store) -> None:
    for side in ("review", "fill"):
        for seen in _all_seen(store, side):
            texts = _texts(seen)
            for entry in seen.findings:
                draft = entry.draft
                computed = {fact.value for fact in draft.facts.values()} if draft else set()
                for piece in card(seen, entry).proposal_pieces:
                    if piece.kind == "cell" and piece.slot and piece.text not in computed:
                        assert piece.text in texts[piece.slot].replace("\n", " ")


def test_every_number_in_a_draft_has_a_source(store: Store) -> None:
    for seen in _all_seen(store, "fill"):
        printed = " ".join(_texts(seen).values())
        for entry in seen.findings:
            shown, draft = card(seen, entry), entry.draft
            if shown.proposal is None or draft is None:
                continue
            known = printed + " ".join(fact.value for fact in draft.facts.values())
            plain = re.sub(r"【[^】]*】", "", shown.proposal)
            assert set(_NUMBER.findall(plain)) <= set(_NUMBER.findall(known))


def test_evidence_cells_are_on_the_page(store: Store, client: TestClient) -> None:
    page = client.get("/forms/2?n=1").text
    for seen in _all_seen(store)[1:2]:
        for entry in seen.findings:
            relation = card(seen, entry).relation
            for slot in (*relation.focus, *relation.evidence, *relation.railed):
                assert f'id="{slot}"' in page
