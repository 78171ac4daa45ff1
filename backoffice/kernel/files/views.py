"""Downloading stored files."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.module_loading import import_string

from backoffice.kernel.files.models import FileAccess, StoredFile
from backoffice.kernel.files.registry import is_logged, may_open
from backoffice.kernel.files.services import FileDamaged, file_open

logger = logging.getLogger(__name__)

# What a browser may show by itself; everything else is saved. SVG is not among them: it may hold scripts.
SHOWN_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif"})


def file_view(request: HttpRequest, file_id: int) -> Any:
    """Hand out a stored file to those who may open it, and note that they did.

    Nothing of the address but the row's number is used: name, type and path come from the row. Who
    may not open a file is told that there is none.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not may_open(request.user, file):
        raise Http404("There is no such file.")
    try:
        content = file_open(file)
    except (FileNotFoundError, FileDamaged):
        logger.exception("Stored file %s cannot be handed out.", file.pk)
        return HttpResponse(
            "This file was removed, lost or damaged. The administrator can tell by its number.", status=410
        )
    logged = is_logged(file)
    if request.method == "GET" and logged:
        note_access(request, file)
    inline = file.content_type in SHOWN_INLINE
    response = FileResponse(
        content,
        as_attachment=not inline,
        filename=file.name,
        content_type=file.content_type if inline else _safe_type(file.content_type),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store" if logged else "private, max-age=3600"
    # Whatever is in the file, it can load nothing and run nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def note_access(request: HttpRequest, file: StoredFile) -> None:
    """Note that the request's user was handed a file, or a part of it."""
    FileAccess.objects.create(file=file, user_id=request.user.pk, address=_address(request) or None)


def _safe_type(content_type: str) -> str:
    """Return a type that no browser renders as a page of ours."""
    main = content_type.partition(";")[0].strip().lower()
    return (
        "application/octet-stream" if main in {"text/html", "application/xhtml+xml", "image/svg+xml"} else content_type
    )


def _address(request: HttpRequest) -> str:
    return str(import_string(settings.AXES_CLIENT_IP_CALLABLE)(request))
