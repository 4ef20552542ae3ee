"""What a run does step by step, with or without Prefect."""
