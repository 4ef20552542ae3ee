"""The error pages of `presswash serve`."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

_LOGGER = logging.getLogger(__name__)


async def error_response(datasette: Any, request: Any, exception: Exception) -> Any:
    """Datasette's error page, as HTML or JSON.

    Only unexpected errors are logged. Datasette itself logs every error, even an unknown URL, with
    the values of all local variables.
    """
    from datasette.utils.asgi import Base400, Response
    from datasette.views.base import DatasetteError
    from markupsafe import Markup

    details: dict[str, Any] = {"title": None}
    if isinstance(exception, DatasetteError):
        status, message = exception.status, exception.message
        if exception.message_is_html:
            message = Markup(message)  # noqa: S704 - Datasette has escaped it
        details = {**exception.error_dict, "title": exception.title}
    elif isinstance(exception, Base400):
        status, message = exception.status, str(exception)
    else:
        _LOGGER.error("%s can't be shown", request.path, exc_info=exception)
        status, message = HTTPStatus.INTERNAL_SERVER_ERROR, str(exception)
    details |= {"ok": False, "error": message, "status": int(status)}
    if request.path.endswith(".json"):
        return Response.json(details, status=status)
    body = await datasette.render_template("error.html", details, request=request)
    return Response.html(body, status=status)
