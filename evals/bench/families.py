"""CPU of the rules over one record: six samples read and checked, then the rules whole and by family, with each segmenter."""

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

from evals import labelled
from evals.bench.figure import Figure, alternated
from evals.bench.start import SAMPLES
from fuhe import checking
from fuhe.intake.reading import read_file
from fuhe.policy import pack
from fuhe.readings import content_words
from fuhe.records import Form
from fuhe.rules import RULES, Sheet

ROUNDS = 15


def measures() -> Iterator[Figure]:
    """Yield seconds for the six samples, forms per CPU second, then milliseconds a record: whole and by family."""
    data = SAMPLES.read_bytes()
    forms = read_file(data, "").forms
    chosen = pack("national-2020")
    six = list(
        alternated(
            {
                "split lines and cells, 6 forms (floor)": lambda: [x.split("\t") for x in data.decode().splitlines()],
                "read, 6 forms": lambda: read_file(data, ""),
                "check, 6 forms": lambda: [checking.check(form, chosen) for form in forms],
            }
        )
    )
    yield from six
    seconds = statistics.median(six[1].values) + statistics.median(six[2].values)
    yield Figure("forms read and checked in one process", "per CPU s", (6 / seconds,))
    cases = [case.form for case in (*labelled.well_filled(), *labelled.faulty())]
    yield from rules([*forms, *cases])


def rules(forms: Sequence[Form]) -> Iterator[Figure]:
    """Yield milliseconds a record: every rule with its wording, then the bare rules of each family."""
    slow = "all rules, one record, jieba"
    yield Figure(slow, "CPU ms", _with(content_words.jieba_cut(), forms))
    content_words.segmenter.cache_clear()
    yield Figure("all rules, one record, rjieba", "CPU ms", _with(content_words.segmenter(), forms), slow)
    for family, values in _families(forms).items():
        yield Figure(f"family {family}", "CPU ms", tuple(values))


def _with(cut: content_words.Cut, forms: Sequence[Form]) -> tuple[float, ...]:
    """Check every form `ROUNDS` times; the segmenter's own cache is emptied before each round."""
    chosen, times = pack("national-2020"), []
    original, content_words.segmenter = content_words.segmenter, lambda: cut  # type: ignore[assignment]
    for round_ in range(ROUNDS + 2):
        content_words.content_words.cache_clear()
        start = time.process_time()
        for form in forms:
            checking.check(form, chosen)
        if round_ > 1:
            times.append((time.process_time() - start) / len(forms) * 1000)
    content_words.segmenter = original
    return tuple(times)


def _families(forms: Sequence[Form]) -> dict[str, list[float]]:
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
    return times
