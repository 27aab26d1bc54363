"""Waits for a background job."""

import time

from fastapi import FastAPI

from fuhe.web.work.jobs import JobProgress, Jobs


def finished(app: FastAPI, job: int, seconds: float = 60) -> JobProgress:
    """Return a job's progress when it is over."""
    jobs: Jobs = app.state.jobs
    until = time.monotonic() + seconds
    while not (progress := jobs.progress(job)).is_over:
        assert time.monotonic() < until, progress
        time.sleep(0.05)
    return progress
