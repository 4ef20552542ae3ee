"""Worker processes that clean pages under supervision: a bad page costs a process, never the run.

A supervisor hands pages to one worker process and watches it from outside. `pool` shares batches
among supervisors, `supervisor` decides what becomes of a page that broke its process, `process`
starts and stops a worker, `child` is the worker's own code, `pipe` carries their messages, and
`limits` says what a page may cost.
"""
