"""The tests' own environment: what configures presswash or Prefect on this machine is not in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import clear_configuration

ROOT = Path(__file__).parents[1]
INNER = """
import os, subprocess, sys
from tests.conftest import CONFIGURING

def test_first():
    assert [name for name in os.environ if name.startswith(CONFIGURING)] == []
    code = "import os; print(*[name for name in os.environ if name.startswith(%r)])"
    code %= (CONFIGURING,)
    seen = subprocess.run([sys.executable, "-c", code], stdout=-1, check=True).stdout
    assert seen.strip() == b""
    os.environ["PRESSWASH_DB"] = "left.db"

def test_second():
    assert "PRESSWASH_DB" not in os.environ
"""


def test_only_variables_that_configure_are_cleared() -> None:
    environment = {"PRESSWASH_JOBS": "2", "PREFECT_HOME": "/x", "COLUMNS": "60", "PATH": "/bin"}
    cleared = clear_configuration(environment)
    assert environment == {"PATH": "/bin"}
    assert cleared == {"PRESSWASH_JOBS": "2", "PREFECT_HOME": "/x", "COLUMNS": "60"}


def test_no_variable_of_the_machine_or_of_another_test_reaches_a_test(tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(INNER, encoding="utf-8")
    outside = {
        "PRESSWASH_DB": "machine.db",
        "PRESSWASH_LIMITS__PAGE_SECONDS": "1",
        "PREFECT_API_URL": "http://127.0.0.1:1/api",
        "COLUMNS": "40",
    }
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"),
            *("-p", "no:xdist", "-c", os.devnull, f"--rootdir={tmp_path}", str(tmp_path)),
        ],
        cwd=ROOT,
        env={**os.environ, **outside},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout
