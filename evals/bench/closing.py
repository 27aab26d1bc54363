"""Keys and seconds to close forms in Chromium: the six samples, and those of the folder BENCH_FORMS names.

A reviewer is played: he takes in what weighs and the hints as one, sets the second point aside with a reason, words the
third anew, and hands the form back. What the page takes is measured; what a person takes is reckoned, not waited for:
the words of a card read once, a look at the table, a thought before each key, and typing.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from evals.bench.figure import AbsentError, Figure
from evals.bench.serve import served
from evals.bench.start import SAMPLES
from fuhe import pipeline
from fuhe.intake.paths import read_paths
from fuhe.policy import pack
from fuhe.settings import Settings
from fuhe.store.database import Store
from fuhe.store.recording import record_file
from fuhe.web.desk import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = "BENCH_FORMS"
_RECORDED = Path(__file__).parents[1] / "data/fresh/closing_first.yaml"
_READ, _LOOK, _THINK, _TYPE = 1 / 7, 2.0, 1.35, 0.5  # seconds: a character, a look at the table, before a key, a letter
_OWN_WORDS = "请结合项目实际改为能够统计的指标。"
_OPINION, _FACTS = "#pane .message", "#pane .fact-body summary"


def measures() -> Iterator[Figure]:
    """Yield points, keys and seconds a form; a form is a run."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise AbsentError("Chromium")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "store.db"
        forms = _filled(path)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with served(path) as (address, client, _):
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            context.add_cookies(
                [{"name": name, "value": value, "url": address} for name, value in client.cookies.items()]
            )
            page = context.new_page()
            closed = [_Closing(page, f"{address}/forms/{number}?queue=sort%3Dorder") for number in range(1, forms + 1)]
            for one in closed:
                one.run()
        browser.close()
    yield Figure("points of a form", "", tuple(float(one.points) for one in closed))
    yield Figure("keys to close a form", "", tuple(float(one.keys) for one in closed))
    yield Figure("seconds to close a form, person reckoned", "s", tuple(one.person + one.machine for one in closed))
    yield Figure(
        "the same, every line of evidence read", "s", tuple(one.person + one.facts + one.machine for one in closed)
    )
    yield Figure("of these the page's", "s", tuple(one.machine for one in closed))
    yield from _once_by_a_person()


def _once_by_a_person() -> Iterator[Figure]:
    """Yield what somebody took who had never seen the page; recorded once, not measured here."""
    taken = yaml.safe_load(_RECORDED.read_text("utf-8"))["forms"]
    yield Figure("keys of a person new to the page, recorded", "", tuple(float(one["keys"]) for one in taken))
    yield Figure("seconds of the same, recorded", "s", tuple(float(one["seconds"]) for one in taken))


def _filled(path: Path) -> int:
    """Put the forms into a new store and return how many there are."""
    folder = os.environ.get(FOLDER)
    own = sorted(Path(folder).glob("*.docx")) if folder else []
    rules = pack(Settings().policy)
    with Store(str(path)) as store, store.writing() as connection:
        desk = Desk(store)
        batch, forms = desk.open_batch(connection, "2024年度项目支出绩效自评复核"), 0
        for file in read_paths((str(SAMPLES), *(str(one) for one in own))):
            entries = pipeline.with_drafts(pipeline.check_file(file, rules, desk.options), rules)
            record_file(connection, batch, file, entries, rules, ruleset="bench", at=desk.now())
            forms += len(entries)
    return forms


class _Closing:
    """One form on its way from being opened to being handed back."""

    def __init__(self, page: "Page", address: str) -> None:
        self.page, self.address = page, address
        self.keys = self.points = 0
        self.person = self.facts = self.machine = 0.0

    def run(self) -> None:
        """Go through the form's points and hand it back."""
        self._timed(lambda: self.page.goto(self.address, wait_until="networkidle"))
        if self.page.locator("[data-doubts]").count():
            self.person += _LOOK
            self._answered(lambda: self.page.locator("[data-doubts]").click(), "/doubts")
        self.points = self.page.locator(".chip").count()
        while self.page.locator("#pane .chip.is-open").count():
            self._point()
        self._close()

    def _point(self) -> None:
        self.person += _LOOK + self._reading(_OPINION)
        self.facts += self._reading(_FACTS)
        number = int(self.page.locator("#pane").get_attribute("data-n") or 0)
        if number == 2:
            self._pressed("d")
            self._answered(lambda: self.page.keyboard.press("3"), "/dismiss")
        elif number == 3:
            self._pressed("e")
            self.person += _TYPE * len(_OWN_WORDS)
            self.page.locator("#edit-text").fill(_OWN_WORDS)
            self._answered(lambda: self.page.keyboard.press("Control+Enter"), "/rewrite")
        else:
            self._answered(lambda: self.page.keyboard.press("a"), "/list")

    def _reading(self, shown: str) -> float:
        return _READ * sum(map(len, self.page.locator(shown).all_inner_texts()))

    def _close(self) -> None:
        """Hand the form back; the next one of the queue opens."""
        self.keys += 1
        self.person += _THINK

        def done() -> None:
            with self.page.expect_navigation(wait_until="networkidle"):
                self.page.keyboard.press("t")

        self._timed(done)

    def _pressed(self, key: str) -> None:
        self.keys += 1
        self.person += _THINK
        self.page.keyboard.press(key)

    def _answered(self, press: Callable[[], object], address: str) -> None:
        self.keys += 1
        self.person += _THINK

        def done() -> None:
            with self.page.expect_response(lambda answer: address in answer.url):
                press()
            self.page.wait_for_timeout(30)

        self._timed(done)

    def _timed(self, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        self.machine += time.perf_counter() - start
