"""What `presswash serve` answers where there is no page, or where one fails."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

_LOGGER = logging.getLogger(__name__)


async def error_response(datasette: Any, request: Any, exception: Exception) -> Any:
    """Datasette's page about an error, as HTML or JSON.

    Only an error that nobody expects is printed. Datasette itself prints each, also that an address
    is unknown, with the values of all local variables.
    """
    from datasette.utils.asgi import Base400, Response
    from datasette.views.base import DatasetteError
    from markupsafe import Markup

    told: dict[str, Any] = {"title": None}
    if isinstance(exception, DatasetteError):
        status, message = exception.status, exception.message
        if exception.message_is_html:
            message = Markup(message)  # noqa: S704 - Datasette has escaped it
        told = {**exception.error_dict, "title": exception.title}
    elif isinstance(exception, Base400):
        status, message = exception.status, str(exception)
    else:
        _LOGGER.error("%s can't be shown", request.path, exc_info=exception)
        status, message = HTTPStatus.INTERNAL_SERVER_ERROR, str(exception)
    told |= {"ok": False, "error": message, "status": int(status)}
    if request.path.endswith(".json"):
        return Response.json(told, status=status)
    body = await datasette.render_template("error.html", told, request=request)
    return Response.html(body, status=status)
