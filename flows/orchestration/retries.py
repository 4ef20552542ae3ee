"""Which failures of a task are worth another try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.runs.ingest import is_locked
from flows.sources.errors import TransientReadError

RetryCondition: TypeAlias = Callable[[Task[..., Any], TaskRun, State[Any]], bool]


def again_if(worth_it: RetryCondition | None = None) -> dict[str, Any]:
    """The settings of a task that is tried four times where that can help, or whatever failed.

    Nothing of it is kept: its arguments and results are batches and open files.
    """
    return {
        "cache_policy": NO_CACHE,
        "persist_result": False,
        "retries": 3,
        "retry_delay_seconds": [1, 5, 15],
        "retry_condition_fn": worth_it,
    }


def faltered(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the file system faltered."""
    return isinstance(_error(state), TransientReadError)


def was_locked(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether another program was writing to the warehouse."""
    error = _error(state)
    return error is not None and is_locked(error)


def _error(state: State[Any]) -> BaseException | None:
    result = state.result(raise_on_failure=False)
    return result if isinstance(result, BaseException) else None
