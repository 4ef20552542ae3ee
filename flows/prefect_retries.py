"""Which failures of a task are worth another try."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.ingest import is_locked
from flows.sources.errors import ReadFault


def faltered(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the file system faltered."""
    return isinstance(_error(state), ReadFault)


def was_locked(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether another program was writing to the warehouse."""
    error = _error(state)
    return error is not None and is_locked(error)


def _error(state: State[Any]) -> BaseException | None:
    result = state.result(raise_on_failure=False)
    return result if isinstance(result, BaseException) else None
