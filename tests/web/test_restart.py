"""The server killed in the middle: what was decided stays, what came in is gone on with."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from conftest import SAMPLES

SAMPLE = (SAMPLES / "zhongwei_2024.txt").read_text("utf-8")


@contextmanager
def running(store: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Run `fuhe serve` on a store and sign in with its one-time token."""
    command = [sys.executable, "-m", "fuhe", "serve", "--port", str(port), "--store", str(store)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"(http://\S+)/\?t=(\S+)", process.stderr.readline())
            assert found is not None
            with httpx.Client(base_url=found[1], timeout=30) as client:
                client.get("/", params={"t": found[2]})
                client.headers["X-CSRF-Token"] = (
                    client.get("/settings").text.split('csrf-token" content="')[1].split('"')[0]
                )
                yield process, client
        finally:
            process.kill()


def until_over(client: httpx.Client, job: int) -> dict[str, object]:
    """Wait for a job and return it."""
    for _ in range(600):
        told: dict[str, object] = client.get(f"/api/v1/jobs/{job}").json()
        if told["state"] == "done":
            return told
        time.sleep(0.1)
    pytest.fail(f"{told}")


def test_killed_server_goes_on_where_it_was(tmp_path: Path) -> None:
    files = [("files", (f"{number}.txt", SAMPLE.replace("中卫市", f"第{number}市").encode())) for number in range(6)]
    with running(tmp_path / "fuhe.db") as (process, client):
        job = client.post("/api/v1/forms", files=files).json()["id"]
        while client.get(f"/api/v1/jobs/{job}").json()["done"] < 2:
            time.sleep(0.05)
        first = client.get("/api/v1/forms").json()[0]["id"]
        client.patch(f"/api/v1/forms/{first}/findings/1", json={"state": "dismissed", "reason": "规则误报"})
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with running(tmp_path / "fuhe.db") as (_, client):
        told = until_over(client, job)
        assert (told["done"], told["failed"]) == (6, [])
        assert len(client.get("/api/v1/forms").json()) == 36
        assert client.get(f"/api/v1/forms/{first}/findings").json()[0]["decision"]["reason"] == "规则误报"


def test_restarted_server_knows_the_browser_that_was_in_until_it_signs_out(tmp_path: Path) -> None:
    with running(tmp_path / "fuhe.db") as (process, client):
        port, kept, token = client.base_url.port, dict(client.cookies), client.headers["X-CSRF-Token"]
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with running(tmp_path / "fuhe.db", port or 0) as (_, other):
        with httpx.Client(base_url=other.base_url, cookies=kept, headers={"X-CSRF-Token": token}) as page:
            assert page.get("/settings").status_code == 200
            assert page.post("/logout").status_code == 303
            assert page.get("/settings").status_code == 401
        assert other.get("/settings").status_code == 200


def test_broken_off_piece_leaves_no_process(tmp_path: Path) -> None:
    with running(tmp_path / "fuhe.db") as (process, client):
        client.post("/api/v1/check", json={"text": SAMPLE})
        children = children_of(process.pid)
        assert children
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    for _ in range(100):
        if not any(Path(f"/proc/{child}").exists() and "Z" not in state_of(child) for child in children):
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {children}")


def children_of(pid: int) -> list[int]:
    """Return the processes a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("/proc 没有子进程列表，跳过")
    return [
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]


def state_of(pid: int) -> str:
    """Return the letter of a process's state."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


def test_fresh_address_is_given_while_the_workbench_is_served(tmp_path: Path) -> None:
    store = tmp_path / "fuhe.db"
    asking = [sys.executable, "-m", "fuhe", "serve", "--address", "--store", str(store)]
    assert "工作台没有开着" in subprocess.run(asking, capture_output=True, text=True, check=False).stderr
    with running(store) as (_, client):
        client.cookies.clear()
        assert client.get("/settings").status_code == 401
        told = subprocess.run(asking, capture_output=True, text=True, check=True).stdout
        found = re.search(r"/\?t=(\S+)", told)
        assert found is not None
        assert client.get("/", params={"t": found[1]}).status_code == 303
        assert client.get("/settings").status_code == 200
