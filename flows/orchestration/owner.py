"""Identifies the owner of a deployment: the configuration and warehouse it was created for."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from flows.config.config import Config
from flows.errors import ConfigError


@dataclass(frozen=True, slots=True)
class DeploymentOwner:
    """A configuration file and its warehouse, as absolute paths, and a key unique to the pair."""

    path: Path
    warehouse: Path
    key: str

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the file start from."""
        return self.path.parent

    @property
    def lock_path(self) -> Path:
        """The file that this configuration's scheduler locks."""
        return self.warehouse.with_name(f"{self.warehouse.name}.{self.key}.lock")

    @property
    def tag(self) -> str:
        """The tag of this configuration's deployments and runs, which no others have."""
        return f"presswash-{self.key}"

    @property
    def tags(self) -> list[str]:
        """The tags of a deployment: for the program, the warehouse and the configuration."""
        return ["presswash", self.warehouse.name, self.tag]

    def deployment_name(self, schedule: str) -> str:
        """The name of the deployment for a schedule in the file."""
        name = f"{schedule}-{self.warehouse.stem}-{self.key}"
        return re.sub(r"[/%]", "-", name)

    def __str__(self) -> str:
        return f"the configuration {self.path} for the warehouse {self.warehouse}"


def owner_of(path: Path, config: Config) -> DeploymentOwner:
    """The owner of a configuration's deployments; raises ConfigError.

    Paths may be the same on several machines and in several containers. A file beside the warehouse
    holds a random ID that tells them apart, and survives when a container is recreated.
    """
    path = path.resolve()
    warehouse = Path(os.path.realpath(path.parent / config.warehouse))
    try:
        identity = _identity(warehouse.with_name(f"{warehouse.name}.id"))
    except OSError as error:
        raise ConfigError(f"{warehouse.parent} can't be written to ({error.strerror}).") from error
    digest = hashlib.sha256("\0".join((identity, str(path), str(warehouse))).encode())
    return DeploymentOwner(path, warehouse, digest.hexdigest()[:8])


def _identity(path: Path) -> str:
    """The ID in a file, which is created with a random one if it doesn't exist."""
    if not path.exists():
        # Written under another name first, so that no other process ever finds the file empty.
        identity = str(uuid4())
        own = path.with_name(f"{path.name}.{identity}")
        own.write_text(identity, "ascii")
        try:
            with suppress(FileExistsError):
                os.link(own, path)
        finally:
            own.unlink()
    return path.read_text("ascii", "replace").strip()
