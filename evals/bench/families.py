"""CPU time of the rules over one record, whole and by family, after warm-up, with each segmenter."""

import statistics
import time
from collections import defaultdict
from collections.abc import Sequence

from fuhe import checking, vocabulary
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.rules import RULES, Sheet

ROUNDS = 15


def measure(forms: Sequence[Form]) -> dict[str, dict[str, float]]:
    """Return milliseconds a record: every rule with its wording, then the bare rules of each family."""
    found = {"all rules, one record, jieba": _with(vocabulary.jieba_cut(), forms)}
    vocabulary.segmenter.cache_clear()
    found["all rules, one record, rjieba"] = _with(vocabulary.segmenter(), forms)
    found |= {f"family {name}": spread for name, spread in _families(forms).items()}
    return found


def _with(cut: vocabulary.Cut, forms: Sequence[Form]) -> dict[str, float]:
    """Check every form `ROUNDS` times; the segmenter's own cache is emptied before each round."""
    chosen, times = pack("national-2020"), []
    original, vocabulary.segmenter = vocabulary.segmenter, lambda: cut  # type: ignore[assignment]
    for round_ in range(ROUNDS + 2):
        vocabulary.content_words.cache_clear()
        start = time.process_time()
        for form in forms:
            checking.check(form, chosen)
        if round_ > 1:
            times.append((time.process_time() - start) / len(forms) * 1000)
    vocabulary.segmenter = original
    return {"min": min(times), "median": statistics.median(times), "max": max(times)}


def _families(forms: Sequence[Form]) -> dict[str, dict[str, float]]:
    chosen = pack("national-2020")
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        taken: dict[str, float] = defaultdict(float)
        for form in forms:
            sheet = Sheet(form, chosen)
            for rule in RULES:
                start = time.process_time()
                list(rule.check(sheet))
                taken[rule.family] += time.process_time() - start
        for family, seconds in taken.items():
            times[family].append(seconds / len(forms) * 1000)
    return {name: {"min": min(v), "median": statistics.median(v), "max": max(v)} for name, v in times.items()}
