"""Whose a deployment is: the configuration and the warehouse that it was made for."""

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
    """A configuration file and its warehouse, both absolute, and a key that no other pair has."""

    path: Path
    warehouse: Path
    key: str

    @property
    def folder(self) -> Path:
        """The folder that the paths in the file are relative to."""
        return self.path.parent

    @property
    def lock_path(self) -> Path:
        """The file that the scheduler of this configuration locks."""
        return self.warehouse.with_name(f"{self.warehouse.name}.{self.key}.lock")

    @property
    def tag(self) -> str:
        """The tag that all deployments and runs of this configuration have, and no others."""
        return f"presswash-{self.key}"

    @property
    def tags(self) -> list[str]:
        """The tags of a deployment: by the program, by the warehouse, and by the configuration."""
        return ["presswash", self.warehouse.name, self.tag]

    def deployment_name(self, schedule: str) -> str:
        """The name of the deployment for a schedule of the file."""
        name = f"{schedule}-{self.warehouse.stem}-{self.key}"
        return re.sub(r"[/%]", "-", name)

    def __str__(self) -> str:
        return f"the configuration {self.path} for the warehouse {self.warehouse}"


def owner_of(path: Path, config: Config) -> DeploymentOwner:
    """The owner of the deployments for a configuration; raises ConfigError.

    Paths can be the same on several machines and in several containers. A file beside the
    warehouse tells them apart, and stays when a container is made again.
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
    """The text of a file, which is made with a random one if it isn't there."""
    if not path.exists():
        # Under its name it is never empty, whoever else makes one now.
        identity = str(uuid4())
        own = path.with_name(f"{path.name}.{identity}")
        own.write_text(identity, "ascii")
        try:
            with suppress(FileExistsError):
                os.link(own, path)
        finally:
            own.unlink()
    return path.read_text("ascii", "replace").strip()
