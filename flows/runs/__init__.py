"""The steps of a run, which work with and without Prefect."""
