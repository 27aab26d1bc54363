"""Write prompts/prompts.lock: python tests/prompt_lock.py; refuses a changed text whose version has not gone up."""

import sys

from fuhe.prompts import folder, lock

LOCK = folder() / "prompts.lock"


def locked() -> dict[str, str]:
    """Return task → `version hash` as the lock file has it."""
    lines = LOCK.read_text("utf-8").splitlines() if LOCK.exists() else []
    return dict(line.split(" ", 1) for line in lines)


def unbumped(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Return the tasks whose text changed while the version did not go up."""
    both = [task for task in new if task in old and old[task] != new[task]]
    return [task for task in both if int(new[task].split()[0]) <= int(old[task].split()[0])]


if __name__ == "__main__":
    stale = unbumped(locked(), lock())
    if stale:
        sys.exit(f"text changed, version did not go up: {', '.join(stale)}")
    LOCK.write_text("".join(f"{task} {entry}\n" for task, entry in lock().items()), "utf-8")
