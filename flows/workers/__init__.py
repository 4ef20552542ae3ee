"""Worker processes that clean pages under supervision: a bad page costs a process, never the run.

A supervisor sends pages to one worker process and watches it from outside. `pool` distributes
batches among supervisors, `supervisor` decides what happens to a page that broke its process,
`process` starts and stops a worker, `child` is the code that runs inside a worker, `pipe` carries
the messages, and `limits` defines what a page may cost.
"""
