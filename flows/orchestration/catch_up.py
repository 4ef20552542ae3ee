"""Cancels scheduled runs that were missed, because one run makes up for all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled

_PAGE = 200
_SORT = FlowRunSort.EXPECTED_START_TIME_ASC


def cancel_missed_runs() -> int:
    """Cancel the other due runs of this run's deployment; returns how many there were.

    Runs are missed while the scheduler is off or another run takes long.
    """
    deployment, this = runtime.deployment.id, runtime.flow_run.id
    if not deployment:
        return 0
    due = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        next_scheduled_start_time=FlowRunFilterNextScheduledStartTime.model_validate(
            {"before_": datetime.now(UTC)}
        ),
    )
    its = DeploymentFilter(id=DeploymentFilterId(any_=[UUID(str(deployment))]))
    why = f"It was missed; flow run {this} makes up for it."
    count = 0
    with get_client(sync_client=True) as client:
        while True:
            missed = client.read_flow_runs(
                flow_run_filter=due, deployment_filter=its, sort=_SORT, limit=_PAGE
            )
            others = [run for run in missed if str(run.id) != str(this)]
            for run in others:
                state: State[None] = Cancelled(message=why)
                client.set_flow_run_state(run.id, state, force=True)
            count += len(others)
            if len(missed) < _PAGE or not others:
                return count
