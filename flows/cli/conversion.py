"""Leaves values of options as they are where typer has nothing to convert or to check.

Typer converts every value with pydantic, whose import takes a quarter of a search. This module uses
private parts of typer, so `pyproject.toml` allows a single minor version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typer._coercion import RuntimeParam, build_runtime_param
from typer.core import TyperArgument, TyperOption

if TYPE_CHECKING:
    from typer._click import Context
    from typer._click.core import Command, Parameter
    from typer._coercion import TypeDescriptor
    from typer.core import _TyperParameter

    _Base = Command
else:
    _Base = object


class ConvertsIfNeeded(_Base):
    """A command that converts only the values that aren't of their option's type yet."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The arguments and options of the command."""
        params: list[Parameter] = super().get_params(ctx)
        for param in params:
            if isinstance(param, TyperArgument | TyperOption):
                described = param.type_descriptor
                info, annotation = described.parameter_info, described.annotation
                param._runtime_param = _OnlyIfNeeded(info, annotation, described)
        return params


@dataclass(frozen=True)
class _OnlyIfNeeded(RuntimeParam):
    """Converts a value with pydantic unless it is of the option's type, or plain text."""

    described: TypeDescriptor

    def _coerce_value(self, value: Any, param: _TyperParameter, ctx: Context) -> Any:
        if self.annotation == list[str] and all(map(_is_plain_text, value)):
            return list(value)
        if self.annotation is str and _is_plain_text(value):
            return value
        if self.annotation is not str and type(value) is self.annotation:
            return value
        return build_runtime_param(self.described).coerce(value, param, ctx)


def _is_plain_text(value: object) -> bool:
    """Whether a value is text without lone surrogates, which pydantic refuses."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False
