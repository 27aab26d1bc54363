"""A worksheet with what a person ticked and wrote: proposals stay beside it, nothing of either is lost."""

from collections.abc import Iterable, Sequence

from fuhe.worksheets import HandedSheet, HandEntry, Worksheet, with_ticks


def revised(sheet: Worksheet, handed: HandedSheet) -> Worksheet:
    """Return the worksheet with a person's ticks and entries; rows they left alone stay as proposed."""
    rows = tuple(
        with_ticks(row, handed.ticks.get(row.key, ())).model_copy(
            update={"hand": handed.entries.get(row.key, HandEntry())}
        )
        for row in sheet.rows
    )
    return sheet.model_copy(update={"rows": rows})


def all_revised(sheets: Iterable[Worksheet], handed: Sequence[HandedSheet]) -> list[Worksheet]:
    """Return every worksheet with what was handed in for it."""
    by_key = {one.key: one for one in handed}
    return [revised(sheet, by_key[sheet.key]) if sheet.key in by_key else sheet for sheet in sheets]
