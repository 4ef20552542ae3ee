"""When and where work runs: sources, steps, Prefect flows and the command line."""
