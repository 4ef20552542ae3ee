"""Keeps Prefect from printing a traceback for a run that a person interrupted."""

from __future__ import annotations

import logging

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs", "prefect.engine")


class WithoutInterrupts(logging.Filter):
    """Leaves the sentence that a run was interrupted, and not where in the code it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through."""
        if record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt):
            record.exc_info = record.exc_text = None
        return True


def say_interrupts_shortly() -> None:
    """Does so for all runs of this process."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, WithoutInterrupts) for one in logger.filters):
            logger.addFilter(WithoutInterrupts())
