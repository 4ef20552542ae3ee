"""Everything that uses Prefect: flows, tasks, deployments, schedules and the Prefect server."""
