"""Declared dependencies and the contents of the built wheel."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("presswash", "flows", "cleaners", "warehouse")
# What optional work alone imports: `make ngrams`, `make languages`, the extras `train` and `mcp`.
OUTSIDE = {"opencc", "py3langid", "jax", "optax", "mcp"}


def _name(requirement: str) -> str:
    """The normalized name of the distribution that a requirement asks for."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _imported() -> set[str]:
    """The normalized names of the distributions that product code imports."""
    modules = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                modules |= {name.partition(".")[0] for name in _modules(node)}
    modules -= {*sys.stdlib_module_names, *PACKAGES, *OUTSIDE, ""}
    owners = packages_distributions()
    assert modules <= owners.keys()
    return {_name(owners[module][0]) for module in modules}


def _modules(node: ast.AST) -> list[str]:
    """The modules that a statement or a call of `import_module` imports."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
        case ast.Call(func=ast.Name(id="import_module"), args=[argument, *_]):
            match argument:
                case ast.Constant(value=str(module)):
                    return [module]
                case ast.JoinedStr(values=[ast.Constant(value=str(module)), *_]):
                    return [module]
    return []


def _declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    listed = project["dependencies"] + extras["dask"] + extras["evaluate"]
    return {_name(requirement) for requirement in listed}


def test_declared_dependencies_are_exactly_what_product_code_imports() -> None:
    imported = _imported()
    assert len(imported) > 20
    assert _declared() == imported


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True)
    (built,) = folder.glob("presswash-*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = {line for line in tracked.stdout.splitlines() if (ROOT / line).exists()}
    assert {"presswash/py.typed", "flows/presswash.toml", "cleaners/data/weights.npz"} <= files
    assert any(file.startswith("warehouse/schema/migrations/") for file in files)
    assert files <= set(zipfile.ZipFile(wheel).namelist())


def test_an_installed_wheel_cleans_a_page_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    install = ["--python", python, "install", "--quiet", "--no-deps", wheel]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)
    # The dependencies come from this environment. Its editable presswash does not: a .pth file
    # is read only in the scratch environment's own site-packages.
    (own,) = (environment / "lib").glob("python*/site-packages")
    dependencies = sysconfig.get_paths()["purelib"]
    (own / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")

    def presswash(*arguments: str) -> str:
        ran = subprocess.run(
            [environment / "bin" / "presswash", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout

    page = ROOT / "seeds" / "cyrillic-menu.txt"
    assert presswash("--version").strip()
    assert "ingest" in presswash("--help")
    assert presswash("clean", str(page)).strip()
    where = [python, "-c", "import flows; print(flows.__file__)"]
    told = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()).is_relative_to(own)
