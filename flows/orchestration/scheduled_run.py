"""What a scheduled flow run needs besides its job: its folder, name and final state."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.errors import RunStalled
from flows.sources.discover import without_credentials

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

# Sent to a run that makes no progress. If it doesn't end then, the scheduler kills it.
STALL_SIGNAL = signal.SIGUSR1
WARNING = "Warning"


@contextmanager
def scheduled_run(folder: str | None) -> Iterator[None]:
    """Work in the configuration's folder; STALL_SIGNAL raises an error that ends the run."""
    if folder:
        os.chdir(folder)
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise RunStalled("it made no progress for too long (stall_timeout in presswash.toml).")

    before = signal.signal(STALL_SIGNAL, end)
    try:
        yield
    except RunStalled as stalled:
        raise TimeoutError(str(stalled)) from None
    finally:
        signal.signal(STALL_SIGNAL, before)


def run_name() -> str:
    """The name of the current flow run."""
    from prefect import runtime

    run = runtime.flow_run
    return name_of_run(str(run.flow_name), run.parameters, run.scheduled_start_time)


def name_of_run(flow: str, parameters: dict[str, Any], due: datetime | None) -> str:
    """The name of a flow run: its flow, what it reads, and when it was due."""
    zone = ZoneInfo(parameters.get("timezone") or "UTC")
    of = source_names(parameters.get("sources") or [Path(str(parameters.get("db"))).name])
    return f"{flow} {of} {(due or datetime.now(UTC)).astimezone(zone):%Y-%m-%d %H:%M}"


def source_names(sources: Sequence[str]) -> str:
    """The first source, without a password, and how many more there are.

    >>> source_names(["inbox", "list.txt"])
    'inbox and 1 more'
    >>> source_names(["https://editor:secret@news.example/feed"])
    'https://news.example/feed'
    """
    first = without_credentials(sources[0])
    first = first if len(first) <= 60 else f"{first[:59]}…"
    return f"{first} and {len(sources) - 1} more" if len(sources) > 1 else first


def end_state(message: str, result: object, warnings: Sequence[str] = ()) -> State[Any]:
    """The final state of a run: completed, or completed with warnings."""
    from prefect.states import Completed

    if warnings:
        return Completed(name=WARNING, message="; ".join((*warnings, message)), data=result)
    return Completed(message=message, data=result)
