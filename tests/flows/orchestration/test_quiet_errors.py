"""A run that fails for a known reason is told in a sentence, and another with its traceback."""

import io
import logging

import pytest

from flows.orchestration.quiet_errors import hide_tracebacks
from warehouse.errors import WarehouseError


@pytest.mark.parametrize(
    ("error", "shown"), [(KeyboardInterrupt, False), (WarehouseError, False), (ValueError, True)]
)
def test_only_what_is_not_explained_has_a_traceback(
    error: type[BaseException], shown: bool
) -> None:
    hide_tracebacks()
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
