"""Creates Prefect deployments for the schedules of a configuration, and restarts lost runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Scheduled
from prefect.types.entrypoint import EntrypointType

from flows.config.config import Config, FlowName, Schedule
from flows.errors import ConfigError
from flows.orchestration.ingest_flow import collect, ingest
from flows.orchestration.maintain_flow import maintain
from flows.orchestration.owner import DeploymentOwner
from flows.orchestration.schedule import describe_schedule, prefect_schedules, schedule_name
from flows.runs.jobs import IngestJob, MaintenanceJob

_FLOWS: dict[FlowName, Any] = {
    FlowName.INGEST: ingest,
    FlowName.COLLECT: collect,
    FlowName.MAINTAIN: maintain,
}
_LOST = [StateType.PENDING, StateType.RUNNING, StateType.CRASHED]
_ENDED = [StateType.COMPLETED, StateType.FAILED]


def deployments(config: Config, owner: DeploymentOwner) -> list[RunnerDeployment]:
    """A deployment for each schedule, in the order of the file."""
    made: list[RunnerDeployment] = []
    for number, schedule in enumerate(config.schedule, 1):
        deployment: Any = _FLOWS[schedule.flow].to_deployment(
            owner.deployment_name(schedule_name(number, schedule)),
            description=f"{describe_schedule(schedule)}; made by {owner}",
            schedules=prefect_schedules(schedule),
            parameters=flow_parameters(config, schedule, owner),
            entrypoint_type=EntrypointType.MODULE_PATH,
            tags=owner.tags,
        )
        made.append(deployment)
    return made


def flow_parameters(config: Config, schedule: Schedule, owner: DeploymentOwner) -> dict[str, Any]:
    """The parameters of a scheduled flow, as JSON values.

    Sources stay relative to `folder`, so that records have the same locators as those ingested from
    the command line.
    """
    where = {"folder": str(owner.folder), "timezone": schedule.timezone or "UTC"}
    db = str(owner.warehouse)
    weights = str(owner.folder / config.weights) if config.weights else None
    if schedule.flow is FlowName.MAINTAIN:
        care = config.maintain
        backups = str(owner.folder / care.backups)
        job = MaintenanceJob(db, config.jobs, backups, care.keep, config.limits, weights)
        return {
            **asdict(job),
            **where,
        }
    ingest_job = IngestJob(
        schedule.sources,
        db,
        config.jobs,
        schedule.map,
        web=config.politeness,
        runner=config.runner,
        limits=config.limits,
        weights=weights,
    )
    return {**ingest_job.flow_parameters(), **where}


def check_ownership(
    client: SyncPrefectClient, made: Sequence[RunnerDeployment], owner: DeploymentOwner
) -> None:
    """Raise ConfigError if one of the names belongs to a deployment of another owner."""
    for deployment in made:
        try:
            there = client.read_deployment_by_name(deployment.full_name)
        except ObjectNotFound:
            continue
        if owner.tag not in there.tags:
            whose = there.description or "it has no description"
            raise ConfigError(
                f"the deployment {deployment.full_name} doesn't belong to {owner} ({whose}): give"
                " the schedule another name, or delete that deployment."
            )


def delete_obsolete(client: SyncPrefectClient, ids: Sequence[UUID], owner: DeploymentOwner) -> None:
    """Delete this configuration's deployments, except those with these IDs."""
    own = DeploymentFilter(tags=DeploymentFilterTags(all_=[owner.tag]))
    for there in client.read_deployments(deployment_filter=own):
        if there.id not in ids:
            client.delete_deployment(there.id)


def schedule_lost_runs(client: SyncPrefectClient, ids: Sequence[UUID]) -> int:
    """Reschedule the last run of each deployment at once if its process is gone.

    Returns the number of such runs. Call it only while no other process serves these deployments.
    """
    begun = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_LOST + _ENDED))
    )
    count = 0
    for deployment in ids:
        its = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
        newest = client.read_flow_runs(
            flow_run_filter=begun,
            deployment_filter=its,
            sort=FlowRunSort.EXPECTED_START_TIME_DESC,
            limit=20,
        )
        for place, run in enumerate(newest):
            if run.state is None or run.state.type not in _LOST:
                continue
            if place:
                if not run.state.is_final():
                    gone: Any = Cancelled(message="Its process has ended.")
                    client.set_flow_run_state(run.id, gone, force=True)
                continue
            again: Any = Scheduled(
                scheduled_time=datetime.now(UTC),
                message="It was interrupted; it continues where it stopped.",
            )
            client.set_flow_run_state(run.id, again, force=True)
            count += 1
    return count


def deploy(
    config: Config,
    owner: DeploymentOwner,
    add: Callable[[RunnerDeployment], Any] = RunnerDeployment.apply,
) -> list[RunnerDeployment]:
    """Register the deployments by calling `add` on each, and delete obsolete ones."""
    made = deployments(config, owner)
    with get_client(sync_client=True) as client:
        check_ownership(client, made, owner)
        ids = [add(one) for one in made]
        delete_obsolete(client, ids, owner)
        schedule_lost_runs(client, ids)
    return made
