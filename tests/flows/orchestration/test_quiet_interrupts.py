"""A run that a person interrupts is told in a sentence; a run that fails, with its traceback."""

import io
import logging

import pytest

from flows.orchestration.quiet_interrupts import hide_interrupt_tracebacks


@pytest.mark.parametrize(("error", "shown"), [(KeyboardInterrupt, False), (ValueError, True)])
def test_only_an_interrupt_has_no_traceback(error: type[BaseException], shown: bool) -> None:
    hide_interrupt_tracebacks()
    said = io.StringIO()
    logger, handler = logging.getLogger("prefect.flow_runs"), logging.StreamHandler(said)
    logger.addHandler(handler)
    try:
        raise error
    except BaseException:
        logger.exception("it ended early")
    finally:
        logger.removeHandler(handler)
    assert "it ended early" in said.getvalue()
    assert ("Traceback" in said.getvalue()) is shown
