"""The addresses at which `presswash serve` shows its pages."""

from __future__ import annotations

ROOT = "/-/presswash"  # the path of all pages of ours
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8001
DEFAULT_SERVE_URL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"


def run_url(served_at: str, run_id: int) -> str:
    """The URL of the page about a run.

    >>> run_url("https://news.example.org/", 3)
    'https://news.example.org/-/presswash/run/3'
    """
    return f"{served_at.rstrip('/')}{ROOT}/run/{run_id}"
