"""Stops Prefect from printing tracebacks for interrupts and for errors that a sentence explains."""

from __future__ import annotations

import logging

from flows.errors import CheckFailed, LockTimeout, RunnerError, WorkerStartError
from flows.sources.errors import UnsupportedSource
from warehouse.errors import WarehouseError

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs", "prefect.engine")
# Their messages say what to do. A run that stalls ends with a TimeoutError.
_EXPLAINED = (
    CheckFailed,
    KeyboardInterrupt,
    LockTimeout,
    RunnerError,
    TimeoutError,
    UnsupportedSource,
    WarehouseError,
    WorkerStartError,
)


class TracebackFilter(logging.Filter):
    """Removes the traceback from log records about an explained error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        if record.exc_info and isinstance(record.exc_info[1], _EXPLAINED):
            record.exc_info = record.exc_text = None
        return True


def hide_tracebacks() -> None:
    """Install the filter on the loggers of Prefect's runs in this process."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, TracebackFilter) for one in logger.filters):
            logger.addFilter(TracebackFilter())
