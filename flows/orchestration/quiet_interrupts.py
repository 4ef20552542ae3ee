"""Stops Prefect from printing a traceback for a run that a person interrupted."""

from __future__ import annotations

import logging

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs", "prefect.engine")


class InterruptTracebackFilter(logging.Filter):
    """Removes the traceback from log records about a KeyboardInterrupt."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        if record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt):
            record.exc_info = record.exc_text = None
        return True


def hide_interrupt_tracebacks() -> None:
    """Install the filter on the loggers of Prefect's runs in this process."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, InterruptTracebackFilter) for one in logger.filters):
            logger.addFilter(InterruptTracebackFilter())
