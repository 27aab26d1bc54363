"""fuhe serve refuses what would open the single user's pages to others, and says when a port is taken."""

import socket
from pathlib import Path

from cli.test_commands import run
from fuhe.cli.serve import listen


def test_single_user_pages_stay_on_this_computer() -> None:
    done = run("serve", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "--users" in done.stderr.decode()


def test_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]), "--store", str(tmp_path / "x.db"))
    assert done.returncode == 2
    assert "换一个端口" in done.stderr.decode()


def test_replies_do_not_wait_for_acknowledgement() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
