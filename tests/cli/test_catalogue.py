"""Click speaks Chinese: the compiled catalogue is the one of messages.po."""

from catalogue import FOLDER, compiled


def test_compiled_catalogue_is_up_to_date() -> None:
    assert (FOLDER / "messages.mo").read_bytes() == compiled((FOLDER / "messages.po").read_text("utf-8"))
