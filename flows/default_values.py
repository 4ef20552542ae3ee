"""Default values that options, presswash.toml, flows and the Python API share.

The other ones of fetching are in `flows/sources/web/politeness.py`, those of page limits in
`flows/workers/limits.py`.
"""

from __future__ import annotations

DEFAULT_DB = "presswash.db"
DEFAULT_JOBS = 1
DEFAULT_BACKUPS = "backups"
DEFAULT_KEEP = 7  # backups
DEFAULT_DELAY = 1.0  # seconds between two requests to a host
