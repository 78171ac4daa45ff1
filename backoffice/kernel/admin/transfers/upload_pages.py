"""The pages of one upload: the file, its columns, the preview, what became of it, the way back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse

from backoffice.kernel.addresses import number_in
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.admin.transfers.forms import DialectForm, NewUploadForm, OptionsForm, allowed_kinds
from backoffice.kernel.admin.transfers.mapping_page import filled_columns, mapping_context
from backoffice.kernel.admin.transfers.rows_page import rows_context
from backoffice.kernel.admin.transfers.steps import upload_url
from backoffice.kernel.admin.transfers.telling import state_shown, told
from backoffice.kernel.files.services import file_path
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.progress import progress_of
from backoffice.kernel.jobs.selectors import jobs_visible
from backoffice.kernel.transfers.kinds import TransferKind, UnknownTransferKind, transfer_kind
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.fileformats import file_kind
from backoffice.kernel.transfers.runs import measures_exceeded, upload_limits
from backoffice.kernel.transfers.selectors import may_approve, may_work
from backoffice.kernel.transfers.services import UploadRefused, is_recognised, upload_create, upload_plan
from backoffice.kernel.transfers.services.saved import mapping_made_by_hand
from backoffice.kernel.transfers.states import UploadState

_MAPPABLE = frozenset({UploadState.UPLOADED, UploadState.MAPPED, UploadState.PLANNED, UploadState.FAILED})
_STAYED_SHOWN = 100


class UploadPagesMixin:
    """What can be seen of an upload."""

    admin_site: Any

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Take a file in; one that explains itself is checked at once."""
        allowed = allowed_kinds(request.user)
        if not self.has_add_permission(request) or not allowed:  # type: ignore[attr-defined]
            raise PermissionDenied
        kind = _chosen_kind(request, allowed)
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        mended = self._mended(request, kind)
        initial = {"kind": kind.name, **(OptionsForm.answers_of(mended) if mended is not None else {})}
        form = NewUploadForm(*data, user=request.user, kind=kind, initial=initial)
        if request.method == "POST" and form.is_valid():
            chosen = form.cleaned_data
            try:
                upload = upload_create(
                    kind=chosen["kind"],
                    content=chosen["file"],
                    name=chosen["file"].name,
                    owner=request.user,
                    options={**_pictures_of(mended), **form.options},
                    saved=mapping_made_by_hand(mended) if mended is not None else None,
                    pictures=chosen.get("pictures"),
                )
            except UploadRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                if is_recognised(upload):
                    upload_plan(upload=upload)
                return HttpResponseRedirect(upload_url(upload))
        context = {
            "title": "Upload a file" if mended is None else "Upload the mended file",
            "form": form,
            "kind": kind,
            "kinds": allowed,
            "limits": upload_limits(),
            "mended": mended,
        }
        return self._page(request, "admin/transfers/new.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Show an upload: how it is read, what it would change, or what it changed."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        upload = self._upload(request, number_in(object_id) or 0)
        kind = _kind_of(upload)
        job = _job_of(upload)
        working = job is not None and job.state not in JobState.finished()
        works = may_work(request.user, upload)
        context: dict[str, Any] = {
            "title": upload.name,
            "upload": upload,
            "kind": kind,
            "told": told(upload, request.user, works=works),
            "state": state_shown(upload),
            "job": job,
            "working": working,
            "stuck": job is not None and job.state == JobState.FAILED and upload.state == UploadState.APPLYING,
            "progress": progress_of(job) if job is not None else None,
            "job_urls": _openable(request, upload),
            "may_work": works,
            "may_approve": may_approve(request.user, upload),
            "mappable": works and upload.state in _MAPPABLE and bool(upload.mapping),
            "exceeded": measures_exceeded(upload) if upload.state == UploadState.AWAITING_APPROVAL else [],
            "with_plan": upload.state in UploadState.with_plan() or _not_applied(upload),
            "not_applied": _not_applied(upload),
            "stayed": _stayed(request, upload),
            "good": upload.changes,
            "options_form": OptionsForm(initial=upload.options, kind=kind),
            "changeable": works and upload.state in {UploadState.MAPPED, UploadState.PLANNED},
            **rows_context(request, upload, kind),
        }
        unread = upload.state in {UploadState.FAILED, UploadState.UPLOADED} and not upload.mapping
        if works and unread and (upload.state == UploadState.UPLOADED or _is_text(upload)):
            # What was found out about a text file may be just what is wrong; another may have been cut off before.
            context |= {"unread": True, "dialect_form": DialectForm(dialect=upload.dialect)}
        if context["mappable"]:
            context |= mapping_context(request, upload, kind)
        elif context["with_plan"]:
            context["filled"] = filled_columns(upload, kind)
        return self._page(request, "admin/transfers/upload.html", context)

    def status_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return how far the job at work on an upload has come, as JSON."""
        job = _job_of(self._upload(request, pk))
        if job is None:
            raise Http404("Nothing is at work on this upload.")
        return JsonResponse(progress_of(job))

    def _upload(self, request: HttpRequest, pk: int) -> Upload:
        """Return an upload that the person may see, or answer 404."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        rows = self.get_queryset(request)  # type: ignore[attr-defined]
        joined = ("owner", "asked_by", "approver", "plan_job", "apply_job__owner", "undo_job__owner", "file")
        upload: Upload | None = rows.select_related(*joined).filter(pk=pk).first()
        if upload is None:
            raise Http404("There is no such upload.")
        return upload

    def _mended(self, request: HttpRequest, kind: TransferKind) -> Upload | None:
        """Return the upload whose wrong rows come back mended: they mean what they meant in its file."""
        wanted = number_in(request.GET.get("mends"))
        if wanted is None:
            return None
        rows = self.get_queryset(request)  # type: ignore[attr-defined]
        upload: Upload | None = rows.filter(pk=wanted, kind=kind.name).first()
        return upload

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": Upload._meta, **context}
        )


def _pictures_of(mended: Upload | None) -> dict[str, Any]:
    """Return the pictures that came with the file of mended rows, as an option; others of the new upload win."""
    kept = mended.options.get("pictures") if mended is not None else None
    return {"pictures": kept} if kept else {}


def _chosen_kind(request: HttpRequest, allowed: list[TransferKind]) -> TransferKind:
    wanted = request.POST.get("kind") or request.GET.get("kind")
    return next((kind for kind in allowed if kind.name == wanted), allowed[0])


def _kind_of(upload: Upload) -> TransferKind:
    try:
        return transfer_kind(upload.kind)
    except UnknownTransferKind as error:
        raise Http404(str(error)) from error


def _job_of(upload: Upload) -> Job | None:
    """Return the job that is or was at work on an upload last."""
    if upload.state == UploadState.UNDOING:
        return upload.undo_job
    return upload.apply_job if upload.state in {UploadState.APPLYING, UploadState.APPLIED} else upload.plan_job


def _not_applied(upload: Upload) -> bool:
    """Say whether applying failed after the last check, so that the whole plan is there and says why."""
    return upload.state == UploadState.FAILED and (upload.apply_job_id or 0) > (upload.plan_job_id or 0)


def _is_text(upload: Upload) -> bool:
    """Say whether a file that was refused is text, which may be read in another way."""
    if upload.name.lower().endswith((".xlsx", ".xlsm", ".zip")):
        return False
    try:
        with file_path(upload.file).open("rb") as file:
            return file_kind(file) == "text"
    except (ReadError, FileNotFoundError):
        return False


def _stayed(request: HttpRequest, upload: Upload) -> list[dict[str, Any]]:
    """Return the first rows that an undo left as they were; only to the house, who may read of every row."""
    job = upload.undo_job
    if job is None or upload.state != UploadState.UNDONE or not is_house(request):
        return []
    found: list[dict[str, Any]] = job.result.get("conflict_list", [])
    return found[:_STAYED_SHOWN]


def _openable(request: HttpRequest, upload: Upload) -> set[int]:
    """Return the keys of an upload's jobs whose own pages the person may open."""
    if not request.user.has_perm("kernel.view_job"):
        return set()
    jobs = [upload.plan_job_id, upload.apply_job_id, upload.undo_job_id]
    return set(jobs_visible(request.user).filter(pk__in=[job for job in jobs if job]).values_list("pk", flat=True))
