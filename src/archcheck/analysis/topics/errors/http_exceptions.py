"""Exceptions that a web framework turns into the answer to a client."""

from __future__ import annotations

import re

HTTP_EXCEPTIONS = frozenset(
    {
        "aiohttp.web.HTTPException",
        "aiohttp.web_exceptions.HTTPException",
        "django.core.exceptions.PermissionDenied",
        "django.core.exceptions.ValidationError",
        "django.http.Http404",
        "fastapi.HTTPException",
        "fastapi.exceptions.HTTPException",
        "graphql.GraphQLError",
        "litestar.exceptions.HTTPException",
        "ninja.errors.HttpError",
        "quart.exceptions.HTTPException",
        "rest_framework.exceptions.APIException",
        "sanic.exceptions.SanicException",
        "starlette.exceptions.HTTPException",
        "tornado.web.HTTPError",
        "werkzeug.exceptions.HTTPException",
    }
)
"""Their classes, each the root of a family."""

HTTP_EXCEPTION_MODULES = (
    "aiohttp.web.",
    "aiohttp.web_exceptions.",
    "falcon.",
    "litestar.exceptions.",
    "pyramid.httpexceptions.",
    "rest_framework.exceptions.",
    "sanic.exceptions.",
    "werkzeug.exceptions.",
)
"""Prefixes of modules that define no other exceptions than these."""

_NAME = re.compile(
    r"HTTP\w*|Http[A-Z0-9]\w*|\w*HTTP(?:Error|Exception)|\w*(?:NotFound|BadRequest|Forbidden|Unauthorized)\w*"
    r"|\w*ValidationError|\w*GraphQLError"
)


def is_http_exception(name: str) -> bool:
    """Whether a class is one of these, by its qualified name or, where its bases are not seen, by its last segment."""
    return (
        name in HTTP_EXCEPTIONS
        or name.startswith(HTTP_EXCEPTION_MODULES)
        or _NAME.fullmatch(name.rpartition(".")[2]) is not None
    )
