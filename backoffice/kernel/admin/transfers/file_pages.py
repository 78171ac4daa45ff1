"""What can be downloaded and read around uploads: templates, the help of each kind, the wrong rows; the undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse

from backoffice.kernel.admin.transfers.forms import allowed_kinds
from backoffice.kernel.admin.transfers.steps import upload_url
from backoffice.kernel.admin.undo_plans import undo_context
from backoffice.kernel.files.services import file_path
from backoffice.kernel.files.views import note_access
from backoffice.kernel.history.undo import UndoRefused, job_in_force
from backoffice.kernel.refusals import Refused
from backoffice.kernel.transfers.blank_files import blank_file, columns_help
from backoffice.kernel.transfers.errors_file import error_file
from backoffice.kernel.transfers.exports.services import FORMATS
from backoffice.kernel.transfers.kinds import TransferKind, transfer_kinds
from backoffice.kernel.transfers.runs import MODES, ON_ERROR, upload_limits
from backoffice.kernel.transfers.selectors import may_work
from backoffice.kernel.transfers.services import upload_undo
from backoffice.kernel.transfers.states import UploadState
from backoffice.kernel.transfers.table import CLEAR_MARK


class UploadFilePagesMixin:
    """Templates, help, the file of wrong rows, and the way back with its preview."""

    def help_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """List the columns of a kind and what may stand in them."""
        chosen = self._kind(request, kind)
        context = {
            "title": f"Files of {chosen.label.lower()}",
            "kind": chosen,
            "kinds": self._kinds(request),
            "columns": columns_help(chosen),
            "limits": upload_limits(),
            "clear_mark": CLEAR_MARK,
            "modes": list(MODES.values()),
            "on_error": list(ON_ERROR.values()),
        }
        return self._page(request, "admin/transfers/help.html", context)  # type: ignore[attr-defined,no-any-return]

    def template_view(self, request: HttpRequest, kind: str, file_format: str) -> HttpResponseBase:
        """Hand out a file to begin with."""
        if file_format not in FORMATS:
            raise Http404("There is no such file.")
        return _download(blank_file(self._kind(request, kind), file_format), f"{kind}-template", file_format)

    def errors_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Hand out the bad rows with their reasons, to be mended and uploaded again."""
        upload = self._upload(request, pk)  # type: ignore[attr-defined]
        file_format = request.GET.get("format", "csv")
        if file_format not in FORMATS or not upload.dialect:
            raise Http404("There is no such file.")
        try:
            file_path(upload.file)
        except FileNotFoundError:
            messages.error(request, "The uploaded file was removed, so its rows cannot be written out any more.")
            return HttpResponseRedirect(upload_url(upload))
        note_access(request, upload.file)
        return _download(error_file(upload, file_format), f"errors-{upload.pk}", file_format)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show what undoing an upload would do (GET), and undo it (POST)."""
        upload = self._upload(request, pk)  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        if not may_work(request.user, upload):
            raise PermissionDenied
        if request.method == "POST":
            try:
                upload_undo(upload=upload, user=request.user)
            except (Refused, UndoRefused) as refusal:
                messages.error(request, str(refusal))
            return HttpResponseRedirect(upload_url(upload))
        if upload.state != UploadState.APPLIED or upload.apply_job is None:
            messages.error(request, f"The upload is {upload.get_state_display().lower()}; there is nothing to undo.")
            return HttpResponseRedirect(upload_url(upload))
        context = {
            "title": f"Undo: {upload.name}",
            "upload": upload,
            "page_url": upload_url(upload),
            **undo_context(request, job_in_force(upload.apply_job)),
        }
        return self._page(request, "admin/transfers/undo.html", context)  # type: ignore[attr-defined,no-any-return]

    def _kinds(self, request: HttpRequest) -> list[TransferKind]:
        """Return the kinds that a person may read about: those to be uploaded, all for who sees others' uploads."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.user.has_perm("kernel.add_upload"):
            return allowed_kinds(request.user)
        return transfer_kinds()

    def _kind(self, request: HttpRequest, name: str) -> TransferKind:
        found = next((kind for kind in self._kinds(request) if kind.name == name), None)
        if found is None:
            raise Http404("There is no such kind of file.")
        return found


def _download(pieces: Any, name: str, file_format: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=FORMATS[file_format])
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response
