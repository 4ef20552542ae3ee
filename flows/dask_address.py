"""The address of a Dask cluster, as options and presswash.toml give it: dask://HOST:PORT."""

from __future__ import annotations

import re

_SCHEME = "dask://"
DASK_ADDRESS_PATTERN = rf"^{_SCHEME}[^/\s]+:\d+$"


def is_dask_address(text: str) -> bool:
    """Whether a text is an address of that form.

    >>> is_dask_address("dask://scheduler:8786"), is_dask_address("dask://scheduler")
    (True, False)
    """
    return re.fullmatch(DASK_ADDRESS_PATTERN, text) is not None


def scheduler_address(address: str) -> str:
    """The address in Dask's own notation.

    >>> scheduler_address("dask://scheduler:8786")
    'tcp://scheduler:8786'
    """
    return f"tcp://{address.removeprefix(_SCHEME)}"
