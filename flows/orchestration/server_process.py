"""The process of a local Prefect server: `python -m … SOCKET`, with a socket that listens already.

`prefect server start` opens its port itself, so that another program may get the port first.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def main() -> None:
    """Serves Prefect's API until a signal comes, or until the parent process has ended."""
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    threading.Thread(target=_end_with_parent, daemon=True).start()
    settings = get_current_settings().server.api
    uvicorn.run(
        create_app(final=True),
        fd=int(sys.argv[1]),
        timeout_keep_alive=settings.keepalive_timeout,
        timeout_graceful_shutdown=1,
        log_level="warning",
    )


def _end_with_parent() -> None:
    """Waits for the end of standard input, which the parent holds open."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(3)
    os._exit(1)


if __name__ == "__main__":
    main()
