"""Processes that clean pages under guard: a page that takes too much costs a process, and no run.

A guard hands a process some pages and watches it from outside. `line` is how they talk, `child` is
what the process does, `process` starts and ends it, `guard` decides what becomes of a page that a
process broke over.
"""
