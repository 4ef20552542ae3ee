"""Tells people of what needs them: a webhook gets a message for failed runs and changed sites."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.config.errors import PREFIX
from flows.orchestration.scheduled_run import name_of_run

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State
    from prefect.flows import Flow

    from warehouse.model import SiteDrift

SITE_EVENT = "presswash.site.changed"
# A webhook's address is a secret: the scheduler hands it down as a variable, so that Prefect, which
# shows the parameters of a run to everybody, doesn't know it.
WEBHOOK_VARIABLE = f"{PREFIX}ALERTS__WEBHOOK"
_TIMEOUT_S = 10.0
_PARENT = os.getppid()


def alert_of_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """A hook for a flow: reports a run that failed or crashed.

    A run that ends because its scheduler is stopped is none of them: it is made again at the next
    start. The scheduler ends the parent of its runs first.
    """
    if state.is_crashed() and os.getppid() != _PARENT:
        return
    # A run that never began still has the name that Prefect made up.
    name = name_of_run(flow.name, flow_run.parameters, flow_run.expected_start_time)
    text = f"{name} ended as {state.name}: {state.message}"
    post_alert({"event": "run_failed", "text": text, "flow": flow.name, "run": name})


def alert_of_drift(drifts: Sequence[SiteDrift]) -> None:
    """Emits a Prefect event for each site and measure, and reports them."""
    from prefect.events import emit_event

    for drift in drifts:
        facts = {"site": drift.site, "measure": drift.measure, "pages": drift.pages}
        facts |= {"now": drift.now, "before": drift.before}
        emit_event(
            SITE_EVENT,
            resource={
                "prefect.resource.id": f"presswash.site.{drift.site}",
                "prefect.resource.name": drift.site,
            },
            payload=facts,
        )
        post_alert({"event": "site_changed", "text": str(drift), **facts})


def post_alert(message: dict[str, Any]) -> None:
    """Posts a message as JSON to the webhook, if there is one; an error is only logged."""
    import httpx
    from prefect.logging import get_logger

    if not (url := os.environ.get(WEBHOOK_VARIABLE)):
        return
    try:
        httpx.post(url, json=message, timeout=_TIMEOUT_S).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        get_logger("alerts").warning(
            "the webhook didn't take an alert: %s", reason.replace(url, "…")
        )
