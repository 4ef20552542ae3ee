"""The process of a local Prefect server: `python -m … SOCKET`, with a listening socket.

`prefect server start` would open its port itself, so another program could take the port first.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

_END_TIMEOUT_S = 5.0


def main() -> None:
    """Serve Prefect's API until a signal arrives or the parent process has ended."""
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    end_with_parent()
    settings = get_current_settings().server.api
    uvicorn.run(
        create_app(final=True),
        fd=int(sys.argv[1]),
        timeout_keep_alive=settings.keepalive_timeout,
        timeout_graceful_shutdown=1,
        log_level="warning",
    )


def end_with_parent() -> None:
    """End this process group when standard input, which the parent holds open, closes."""

    def wait() -> None:
        # Python can't exit while a thread waits in sys.stdin.
        while os.read(0, 1):
            pass
        os.killpg(0, signal.SIGTERM)
        time.sleep(_END_TIMEOUT_S)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
