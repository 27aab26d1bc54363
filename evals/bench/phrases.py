"""Made phrases of the kind forms hold, distinct and deterministic, with near-copies planted among them."""

import random
from pathlib import Path

import yaml

WORDS = yaml.safe_load((Path(__file__).parents[1] / "data/phrases.yaml").read_text("utf-8"))
PLACES, ACTORS, THINGS, ACTS, QUALITIES, MEASURES = (
    WORDS[name].split() for name in ("places", "actors", "things", "acts", "qualities", "measures")
)
DEGREES = ("", "", "", "不断", "持续", "逐步", "进一步", "有效", "切实", "明显")
CHARACTERS = "新老大小东西南北中上下内外前后左右高低长短多少快慢全部分类级型式化性度量点线面体网库站所室厅园区段口岸"


def _phrase(draw: random.Random) -> str:
    pick, kind = draw.choice, draw.random()
    core = f"{pick(PLACES)}{pick(THINGS)}" if draw.random() < 0.6 else f"{pick(ACTORS)}{pick(THINGS)}"
    number = f"第{draw.randint(1, 400)}批" if draw.random() < 0.15 else ""
    if kind < 0.35:
        return f"{core}{number}{pick(MEASURES)}"
    if kind < 0.6:
        return f"{pick(DEGREES)}{pick(ACTS)}{core}{number}{pick(QUALITIES)}"
    if kind < 0.75:
        return f"{pick(ACTORS)}对{core}{pick(QUALITIES)}满意度"
    if kind < 0.9:
        return f"{pick(ACTS)}{core}{pick(THINGS)}，{pick(DEGREES)}{pick(ACTS)}{pick(ACTORS)}{pick(QUALITIES)}"
    tail = "，".join(f"{pick(ACTS)}{pick(PLACES)}{pick(THINGS)}{pick(QUALITIES)}" for _ in range(draw.randint(2, 4)))
    return f"保障{core}平稳、有序、高效运转，{tail}"


def _copied(draw: random.Random, text: str) -> str:
    """Write a phrase again with a few characters changed, left out or put in."""
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(text))
        put = draw.choice(("", draw.choice(CHARACTERS), draw.choice(DEGREES)))
        text = text[:at] + put + text[at + draw.randint(0, 1) :]
    return text


def phrases(count: int, seed: int = 7) -> list[str]:
    """Return `count` distinct phrases of 4 to 90 characters, one in twelve a changed copy of an earlier one."""
    draw, made = random.Random(seed), dict[str, None]()
    sources: list[str] = []
    while len(made) < count:
        text = _copied(draw, draw.choice(sources)) if sources and draw.random() < 1 / 12 else _phrase(draw)
        if len(text) >= 4 and text not in made:
            made[text] = None
            if len(sources) < 50_000:
                sources.append(text)
    return list(made)
