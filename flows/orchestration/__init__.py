"""Prefect: flows, tasks, deployments, schedules, and the server that they need."""
