"""The workbench with 1 000 forms in its store: pages and the next card beside a bare route, then 50 people for two minutes; the next card with 10 000."""

import asyncio
import contextlib
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from evals.bench.crowded import fill
from evals.bench.figure import Figure

FORMS, MANY = 1000, 10_000
REQUESTS = 60
PEOPLE, SECONDS = 50, 120.0
_THINKING = (1.0, 3.0)  # seconds between two steps of a person: far below a reviewer's pace
_BARE = "bare FastAPI route, p50"
_BARE_APP = """
import sys, uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
app = FastAPI()
@app.get("/")
def bare(): return HTMLResponse("x" * 12000)
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""
_PIECE = {"HX-Request": "true"}


def measures() -> Iterator[Figure]:
    """Yield times of single requests, in turn with a bare route's; paint and key in Chromium; and a crowd's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        fill(path, FORMS)
        with served(path) as (address, client, pid), bare() as (floor, floor_pid):
            yield from _requests(client, pid, floor, floor_pid)
            yield from _browser(address, client)
            yield from asyncio.run(_crowd(address, dict(client.cookies), client.headers["X-CSRF-Token"]))
    yield from _many()


def _many() -> Iterator[Figure]:
    """Yield the time of the next card on form after form of a batch ten times as large, by request and in Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        fill(path, MANY)
        with served(path) as (address, client, _):
            forms = [entry["id"] for entry in client.get("/api/v1/forms", params={"limit": 500}).json()]
            steps = [
                _timed(lambda form=form, n=n: client.get(f"/forms/{form}", params={"n": n}, headers=_PIECE))  # type: ignore[misc]
                for form in forms[:REQUESTS]
                for n in range(1, 6)
            ]
            yield from _figures(f"next card (J), {MANY} forms", steps)
            yield from _browser(address, client, f", {MANY} forms")


@contextlib.contextmanager
def served(path: Path) -> Iterator[tuple[str, httpx.Client, int]]:
    """Serve a store with `fuhe serve` in a process of its own; yields address, a client signed in, the process."""
    command = [sys.executable, "-m", "fuhe", "serve", "--port", "0", "--store", str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"(http://\S+)/\?t=(\S+)", process.stderr.readline())
        assert found is not None
        with httpx.Client(base_url=found[1], timeout=30) as client:
            _until_it_answers(client)
            client.get("/", params={"t": found[2]})
            text = client.get("/settings").text
            client.headers["X-CSRF-Token"] = text.split('csrf-token" content="')[1].split('"')[0]
            with _ended(process):
                yield found[1], client, process.pid


@contextlib.contextmanager
def bare() -> Iterator[tuple[httpx.Client, int]]:
    """Serve one route that does nothing, the same way."""
    from fuhe.cli.serve import listen

    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    with (
        subprocess.Popen([sys.executable, "-c", _BARE_APP, str(port)]) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
        _ended(process),
    ):
        _until_it_answers(client)
        yield client, process.pid


@contextlib.contextmanager
def _ended(process: subprocess.Popen[Any]) -> Iterator[None]:
    """End a process however the block ends."""
    try:
        yield
    finally:
        process.terminate()


def _until_it_answers(client: httpx.Client) -> None:
    for _ in range(200):
        with contextlib.suppress(httpx.TransportError):
            client.get("/health")
            return
        time.sleep(0.05)
    raise TimeoutError(str(client.base_url))


def _requests(client: httpx.Client, pid: int, floor: httpx.Client, floor_pid: int) -> Iterator[Figure]:
    forms = [entry["id"] for entry in client.get("/api/v1/forms", params={"limit": 500}).json()]
    first = f"/forms/{forms[0]}"
    actions: dict[str, Callable[[int], httpx.Response]] = {
        "bare FastAPI route": lambda _: floor.get("/"),
        "queue page": lambda _: client.get("/"),
        "one form": lambda number: client.get(f"/forms/{forms[number]}"),
        "next card (J)": lambda number: client.get(first, params={"n": number % 5 + 1}, headers=_PIECE),
        "a decision": lambda number: _decide(client, forms[number], number % 2),
    }
    taken: dict[str, list[float]] = {name: [] for name in actions}
    spent = dict.fromkeys(actions, 0.0)
    for number in range(REQUESTS):
        for name, act in actions.items():
            server = floor_pid if act is actions["bare FastAPI route"] else pid
            before = _cpu(server)
            taken[name].append(_timed(lambda act=act, number=number: act(number)))  # type: ignore[misc]
            spent[name] += _cpu(server) - before
    for name, values in taken.items():
        yield from _figures(name, values)
        yield Figure(f"{name}, CPU of the server", "ms", (spent[name] / REQUESTS,))


def _cpu(pid: int) -> float:
    """Return the CPU milliseconds a process has spent, 0 where the system does not tell."""
    told = Path(f"/proc/{pid}/stat")
    if not told.exists():
        return 0.0
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def _decide(client: httpx.Client, form: int, number: int) -> httpx.Response:
    state = ("listed", "doubtful")[number]
    return client.patch(f"/api/v1/forms/{form}/findings/1", json={"state": state})


def _timed(action: Callable[[], httpx.Response]) -> float:
    start = time.perf_counter()
    answer = action()
    taken = (time.perf_counter() - start) * 1000
    answer.raise_for_status()
    return taken


def _figures(name: str, values: list[float]) -> Iterator[Figure]:
    ranked = sorted(values)
    beside = None if name == _BARE.removesuffix(", p50") or str(MANY) in name else _BARE
    yield Figure(f"{name}, p50", "ms", (statistics.median(ranked),), beside)
    yield Figure(f"{name}, p95", "ms", (ranked[int(len(ranked) * 0.95)],), beside)


def _browser(address: str, client: httpx.Client, of: str = "") -> Iterator[Figure]:
    """Yield when the queue is first painted and when the card after J stands, in Chromium; nothing where there is none."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("serve: no Chromium, paint not measured", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    cookies = [{"name": name, "value": value, "url": address} for name, value in client.cookies.items()]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        paints, steps = [], []
        for _ in range(15):
            page.goto(f"{address}/")
            paints.append(page.evaluate(_PAINTED))
        page.goto(f"{address}/forms/2")
        page.wait_for_load_state("networkidle")
        steps = [page.evaluate(_PRESSED) for _ in range(30)]
        browser.close()
    yield from _figures(f"first useful paint of the queue{of}", paints)
    yield from _figures(f"J until the card stands{of}", steps)


# Asked by a promise: waiting for an expression would evaluate a string, which the pages' policy forbids.
_PAINTED = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach((entry) => resolve(entry.startTime)))
    .observe({type: 'paint', buffered: true});
})"""
_PRESSED = """() => new Promise((resolve) => {
  const start = performance.now();
  const watch = new MutationObserver(() => requestAnimationFrame(() => { watch.disconnect(); resolve(performance.now() - start); }));
  watch.observe(document.body, {childList: true, subtree: true});
  document.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyJ', key: 'j', bubbles: true}));
})"""


async def _crowd(address: str, cookies: dict[str, str], csrf: str) -> list[Figure]:
    """Let people work at once for a bounded time, each on a form of his own; return what they met."""
    until, taken, wrong = time.monotonic() + SECONDS, list[float](), list[str]()
    headers = {"X-CSRF-Token": csrf}
    limits = httpx.Limits(max_connections=PEOPLE)
    async with httpx.AsyncClient(
        base_url=address, cookies=cookies, headers=headers, timeout=30, limits=limits
    ) as client:
        await asyncio.gather(*(_person(client, number, until, taken, wrong) for number in range(PEOPLE)))
    for told in dict.fromkeys(wrong):
        print(f"serve: {told}", file=sys.stderr)
    crowd = f"{PEOPLE} people, {SECONDS:.0f} s"
    return [
        Figure(f"{crowd}: requests", "", (float(len(taken)),)),
        Figure(f"{crowd}: errors", "", (float(len(wrong)),)),
        *_figures(crowd, taken),
    ]


async def _person(client: httpx.AsyncClient, number: int, until: float, taken: list[float], wrong: list[str]) -> None:
    chance, form, step = random.Random(number), 500 + number, 0
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(*_THINKING))
        step += 1
        start = time.perf_counter()
        try:
            answer = await _step(client, form, step)
            if answer.status_code >= 400:
                wrong.append(f"{answer.status_code} {answer.request.url.path}")
        except httpx.HTTPError as error:
            wrong.append(type(error).__name__)
        taken.append((time.perf_counter() - start) * 1000)


async def _step(client: httpx.AsyncClient, form: int, step: int) -> httpx.Response:
    """Look at the queue, open a form, read on, decide: in the proportions of a reviewer's day."""
    if step % 12 == 1:
        return await client.get("/")
    if step % 12 == 2:
        return await client.get(f"/forms/{form}")
    if step % 3 == 0:
        state = {"state": ("listed", "doubtful")[step % 2]}
        return await client.patch(f"/api/v1/forms/{form}/findings/{step % 4 + 1}", json=state)
    return await client.get(f"/forms/{form}", params={"n": step % 5 + 1}, headers=_PIECE)
