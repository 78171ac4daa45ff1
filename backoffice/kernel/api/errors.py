"""Refusals of services as answers of the API."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from backoffice.kernel.refusals import Refused


def refusals_answered(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what a service refuses with 409 and the reason; everything else as the framework does.

    The answer names the reason for people (``detail``), the kind of refusal for programs (``code``,
    the exception's name in snake case), the field that it concerns, and the details that some
    refusals carry. What goes beyond the framework's caps is answered here too, not by a page of HTML.
    """
    if isinstance(error, Refused):
        set_rollback()
        body: dict[str, Any] = {"detail": str(error), "code": code_of(error)}
        if error.field:
            body["field"] = error.field
        return Response({**body, **error.details}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, RequestDataTooBig):
        return Response({"detail": "The request is too large."}, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
    if isinstance(error, TooManyFieldsSent | TooManyFilesSent):
        return Response({"detail": "The request has too many parts."}, status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, DjangoValidationError):
        error = ValidationError(getattr(error, "message_dict", None) or error.messages)
    return exception_handler(error, context)


def code_of(error: Exception) -> str:
    """Return the name of an exception's class in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
