"""A signal waits until critical work is done; a second one does not wait."""

from __future__ import annotations

import signal

import pytest

from flows.cli import app, run
from flows.cli.errors import Interrupted
from flows.runs.defer_signals import deferred_signals


def test_a_second_interrupt_does_not_wait() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), deferred_signals():
        signal.raise_signal(signal.SIGINT)
        done.append("first")
        signal.raise_signal(signal.SIGINT)
        done.append("second")
    assert done == ["first"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_signals_of_two_kinds_both_wait() -> None:
    def end(number: int, _frame: object) -> None:
        raise Interrupted(128 + number)

    done = []
    before = signal.signal(signal.SIGTERM, end)
    try:
        with pytest.raises(KeyboardInterrupt), deferred_signals():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            done.append("whole")
        assert done == ["whole"]
        assert signal.getsignal(signal.SIGTERM) is end
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_signal_that_was_ignored_before_stays_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with deferred_signals():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_interrupt_between_commands_has_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of an interrupt that comes to typer, it would make its own 130 without a word."""
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):

        def interrupt() -> None:
            signal.raise_signal(number)  # noqa: B023 - called before the next round

        monkeypatch.setattr(app, "_presswash", interrupt)
        assert run(["stats"]) == code
        assert capfd.readouterr().err == "presswash: interrupted\n"
