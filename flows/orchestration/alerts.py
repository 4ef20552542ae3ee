"""Posts messages about failed runs and changed sites to a webhook."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.config.errors import PREFIX
from flows.orchestration.scheduled_run import name_of_run

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State
    from prefect.flows import Flow

    from warehouse.answers import SiteDrift

SITE_EVENT = "presswash.site.changed"
# A webhook's URL is a secret, and Prefect shows the parameters of a run to everybody. So the
# scheduler passes the URL to its runs in this environment variable.
WEBHOOK_VARIABLE = f"{PREFIX}ALERTS__WEBHOOK"
_TIMEOUT_S = 10.0
_PARENT = os.getppid()


def alert_of_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """A Prefect hook that reports a run which failed or crashed.

    A run that ends because its scheduler is stopped isn't reported: it is scheduled again at the
    next start. The scheduler ends the parent process of its runs first.
    """
    if state.is_crashed() and os.getppid() != _PARENT:
        return
    # A run that never began still has the random name that Prefect gave it.
    name = name_of_run(flow.name, flow_run.parameters, flow_run.expected_start_time)
    text = f"{name} ended as {state.name}: {state.message}"
    post_alert({"event": "run_failed", "text": text, "flow": flow.name, "run": name})


def alert_of_drift(drifts: Sequence[SiteDrift]) -> None:
    """Emit a Prefect event for each site and measure that changed, and post them."""
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
    """Post a message as JSON to the webhook, if one is set; an error is only logged."""
    import httpx
    from prefect.logging import get_logger

    if not (url := os.environ.get(WEBHOOK_VARIABLE)):
        return
    try:
        httpx.post(url, json=message, timeout=_TIMEOUT_S).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        get_logger("alerts").warning(
            "the webhook didn't accept an alert: %s", reason.replace(url, "…")
        )
