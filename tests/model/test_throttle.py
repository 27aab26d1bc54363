"""The gate: all wait when the server asks, not too long, and only so many ask at a time."""

import pytest

from fuhe.model.throttle import Gate, ImpatientError, retry_after


class Clock:
    """Time that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def gate(clock: Clock) -> Gate:
    return Gate(1, clock=lambda: clock.now, sleep=clock.sleep)


def test_open_gate_costs_no_wait() -> None:
    clock = Clock()
    with gate(clock).turn() as waited:
        assert (waited, clock.slept) == (0.0, [])


def test_waits_grow_until_an_answer_comes() -> None:
    clock = Clock()
    shared = gate(clock)
    for _ in range(3):
        shared.back_off()
        with shared.turn():
            pass
    shared.passed()
    shared.back_off()
    with shared.turn():
        assert clock.slept == [1.0, 2.0, 4.0, 1.0]


def test_refusals_of_one_moment_count_once() -> None:
    clock = Clock()
    shared = gate(clock)
    for _ in range(8):
        shared.back_off()
    with shared.turn() as waited:
        assert waited == 1.0


def test_no_wait_is_longer_than_a_minute() -> None:
    clock = Clock()
    shared = gate(clock)
    shared.back_off(3600)
    with shared.turn() as waited:
        assert waited == 60.0


def test_patience_ends_before_the_wait() -> None:
    clock = Clock()
    shared = gate(clock)
    shared.back_off(30)
    with pytest.raises(ImpatientError), shared.turn(20):
        raise AssertionError
    assert clock.slept == []
    with shared.turn(40):
        pass


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Thu, 01 Jan 1970 00:01:10 GMT", 60.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", float("inf")),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_reads_seconds_and_dates(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=lambda: 10.0) == seconds
