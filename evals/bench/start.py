"""What a command costs before it does anything, beside the imports it cannot do without; and its memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from evals.bench.figure import Figure, children, peak_of

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data/samples/zhongwei_2024.txt"


def measures() -> Iterator[Figure]:
    """Yield CPU and memory of --help and of a check of one form, each after its floor."""
    with tempfile.TemporaryDirectory() as folder:
        single = Path(folder) / "form.txt"
        single.write_text(one_form(), "utf-8")
        check = ("-m", "fuhe", "check", str(single))
        yield from children({"bare interpreter": ("-c", "pass")})
        yield from children({"import click (floor)": ("-c", "import click"), "fuhe --help": ("-m", "fuhe", "--help")})
        floor = ("-c", "import click, pydantic, yaml")
        yield from children({"import click, pydantic, yaml (floor)": floor, "fuhe check, one form": check})
        yield Figure("memory of click, pydantic, yaml (floor)", "MB", _peaks(floor))
        yield Figure("memory of fuhe check, one form", "MB", _peaks(check), "memory of click, pydantic, yaml (floor)")


def _peaks(args: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(peak_of(*args) for _ in range(3))


def one_form() -> str:
    """Return the first of the six samples as a text of its own."""
    text = SAMPLES.read_text("utf-8")
    return text[: text.index("附件 2")]
