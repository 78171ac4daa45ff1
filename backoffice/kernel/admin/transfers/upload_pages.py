"""The pages and steps of one upload: file, columns, preview, apply, way back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from backoffice.kernel.admin.transfers.forms import DialectForm, NewUploadForm, OptionsForm
from backoffice.kernel.admin.transfers.preview import column_rows, plan_rows
from backoffice.kernel.jobs.models import JobState
from backoffice.kernel.jobs.progress import progress_of
from backoffice.kernel.states.machine import TransitionRefused
from backoffice.kernel.transfers.errors_file import error_table
from backoffice.kernel.transfers.kinds import transfer_kind, transfer_kinds
from backoffice.kernel.transfers.mapping import fingerprint, mapping_of
from backoffice.kernel.transfers.models import RowAction, SavedMapping, Upload
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.runs import measures_exceeded
from backoffice.kernel.transfers.services import (
    UploadRefused,
    upload_apply,
    upload_approve,
    upload_cancel,
    upload_create,
    upload_map,
    upload_plan,
    upload_read_again,
    upload_undo,
)
from backoffice.kernel.transfers.services.saved import mapping_save
from backoffice.kernel.transfers.states import UploadState

ROWS_PER_PAGE = 50
_MAPPABLE = frozenset({UploadState.UPLOADED, UploadState.MAPPED, UploadState.PLANNED, UploadState.FAILED})
Step = Callable[[Upload], Any]


class _Echo:
    """Hands a row of CSV on instead of storing it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


class UploadPagesMixin:
    """What can be seen of an upload, and done with it."""

    admin_site: Any

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Take a file in."""
        if not self.has_add_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        allowed = [kind.name for kind in transfer_kinds() if request.user.has_perm(kind.permission)]
        if not allowed:
            raise PermissionDenied
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        form = NewUploadForm(*data, user=request.user, initial={"kind": request.GET.get("kind", allowed[0])})
        if request.method == "POST" and form.is_valid():
            chosen = form.cleaned_data
            try:
                upload = upload_create(
                    kind=chosen["kind"],
                    content=chosen["file"],
                    name=chosen["file"].name,
                    owner=request.user,
                    options={"mode": chosen["mode"], "on_error": chosen["on_error"]},
                )
            except UploadRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                return HttpResponseRedirect(_page_of(upload))
        return self._page(request, "admin/transfers/new.html", {"title": "Upload a file", "form": form})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Show an upload: how it is read, what it would change, or what it changed."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        upload = self._upload(request, int(object_id) if object_id.isdigit() else 0)
        job = upload.apply_job if upload.state in {UploadState.APPLYING, UploadState.APPLIED} else upload.plan_job
        if upload.state == UploadState.UNDOING:
            job = upload.undo_job
        working = job is not None and job.state not in JobState.finished()
        context = {
            "title": upload.name,
            "upload": upload,
            "job": job,
            "working": working,
            "progress": progress_of(job) if job is not None else None,
            "may_work": self._may_work(request, upload),
            "may_approve": request.user.has_perm("kernel.approve_upload") and upload.owner_id != request.user.pk,
            "mappable": upload.state in _MAPPABLE and bool(upload.mapping),
            "exceeded": measures_exceeded(upload) if upload.state == UploadState.AWAITING_APPROVAL else [],
            **self._preview(request, upload),
        }
        if context["mappable"]:
            context |= self._mapping_context(request, upload)
        return self._page(request, "admin/transfers/upload.html", context)

    def read_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Read the file anew, in the way that a person says."""
        upload = self._upload(request, pk)
        form = DialectForm(request.POST, dialect=upload.dialect)
        form.is_valid()
        chosen = {name: value for name, value in form.cleaned_data.items() if value != ""}
        wanted = request.POST.get("saved", "")
        saved = SavedMapping.objects.filter(pk=wanted, owner=request.user.pk).first() if wanted.isdigit() else None
        return self._step(request, upload, lambda item: upload_read_again(upload=item, dialect=chosen, saved=saved))

    def map_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Take over what a person says of the columns, and check the file where asked to."""

        def step(upload: Upload) -> None:
            fields, written = _chosen_columns(request, upload)
            options = OptionsForm(request.POST, kind=transfer_kind(upload.kind))
            if not options.is_valid():
                raise UploadRefused(" ".join(_complaints(options)))
            upload_map(upload=upload, fields=fields, written=written, options=options.options)
            if "check" in request.POST:
                upload_plan(upload=upload)

        return self._step(request, self._upload(request, pk), step)

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Begin to plan."""
        return self._step(request, self._upload(request, pk), lambda upload: upload_plan(upload=upload))

    def keep_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Keep the mapping under a name."""
        name = request.POST.get("name", "").strip()

        def step(upload: Upload) -> None:
            mapping_save(upload=upload, name=name, owner=request.user)
            messages.success(request, f"The mapping is kept as “{name}” and will be offered for files like this one.")

        return self._step(request, self._upload(request, pk), step)

    def apply_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Apply what the preview says, once."""

        def step(upload: Upload) -> None:
            if upload.state in {UploadState.APPLYING, UploadState.APPLIED}:
                messages.info(request, "This upload was applied already; nothing was done twice.")
                return
            upload_apply(upload=upload)

        return self._step(request, self._upload(request, pk), step)

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Let a second person approve exactly this plan."""
        if not request.user.has_perm("kernel.approve_upload"):
            raise PermissionDenied
        upload = self._upload(request, pk)
        return self._step(request, upload, lambda item: upload_approve(upload=item, approver=request.user), work=False)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Discard an upload, or stop one at work."""
        return self._step(request, self._upload(request, pk), lambda upload: upload_cancel(upload=upload))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Undo an applied upload; its preview stands on the page of its job."""
        upload = self._upload(request, pk)
        return self._step(request, upload, lambda item: upload_undo(upload=item, user=request.user))

    def errors_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Hand out the bad rows with their reasons, to be mended and uploaded again."""
        upload = self._upload(request, pk)
        writer = csv.writer(_Echo())

        def lines() -> Iterator[str]:
            yield "\ufeff"
            for row in error_table(upload):
                yield writer.writerow(row)  # what write() returned

        response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="errors-{upload.pk}.csv"'
        return response

    def _preview(self, request: HttpRequest, upload: Upload) -> dict[str, Any]:
        shown = request.GET.get("rows", "")
        counts = {
            RowAction.CREATE: upload.created,
            RowAction.UPDATE: upload.updated,
            RowAction.UNCHANGED: upload.unchanged,
            RowAction.ERROR: upload.failed - upload.conflicts,
            RowAction.CONFLICT: upload.conflicts,
            RowAction.SKIPPED: upload.skipped,
        }
        action = shown if shown in RowAction.values else ""
        rows = upload.staged.order_by("number")
        paginator = Paginator(rows.filter(action=action) if action else rows, ROWS_PER_PAGE)
        # The counts are known: counting a hundred thousand rows for each page is not needed.
        if upload.state in UploadState.with_plan():
            paginator.count = counts[RowAction(action)] if action else sum(counts.values())
        page = paginator.get_page(request.GET.get("page"))
        return {
            "tabs": [(item.value, item.label, counts[item]) for item in RowAction if counts[item]],
            "action": action,
            "page": page,
            "page_range": paginator.get_elided_page_range(page.number),
            "rows": plan_rows(transfer_kind(upload.kind), list(page.object_list)),
            "total": sum(counts.values()),
            "totals": [
                ("rows", upload.rows, ""),
                ("new", upload.created, "text-success"),
                ("changed", upload.updated, "text-primary"),
                ("unchanged", upload.unchanged, ""),
                ("wrong", upload.failed, "text-danger" if upload.failed else ""),
                ("left out", upload.skipped, ""),
            ],
        }

    def _mapping_context(self, request: HttpRequest, upload: Upload) -> dict[str, Any]:
        kind = transfer_kind(upload.kind)
        try:
            mapping = mapping_of(kind, upload.mapping)
        except ReadError:
            return {"mappable": False}
        return {
            "columns": column_rows(upload, mapping),
            "fields": [(column.field, column.label) for column in kind.columns.values()],
            "missing": [kind.columns[field].label for field in mapping.mapping.missing if field in kind.columns],
            "questions": mapping.mapping.questions,
            "shape": mapping.shape.label if mapping.shape is not None else "",
            "saved": mapping.saved,
            "offered": SavedMapping.objects.filter(
                kind=upload.kind,
                owner=request.user.pk,
                headings=fingerprint([match.header for match in mapping.mapping.matches]),
            ).exclude(name=mapping.saved),
            "options_form": OptionsForm(initial=upload.options, kind=kind),
            "dialect_form": DialectForm(dialect=upload.dialect),
        }

    def _step(self, request: HttpRequest, upload: Upload, step: Step, *, work: bool = True) -> HttpResponseBase:
        """Do a step of an upload and come back to its page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if work and not self._may_work(request, upload):
            raise PermissionDenied
        try:
            step(upload)
        except (UploadRefused, TransitionRefused, ReadError) as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(_page_of(upload))

    def _may_work(self, request: HttpRequest, upload: Upload) -> bool:
        return bool(
            self.has_change_permission(request, upload)  # type: ignore[attr-defined]
            and request.user.has_perm(transfer_kind(upload.kind).permission)
        )

    def _upload(self, request: HttpRequest, pk: int) -> Upload:
        """Return an upload that the person may see, or answer 404."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        rows = self.get_queryset(request)  # type: ignore[attr-defined]
        found = rows.select_related("owner", "approver", "plan_job", "apply_job", "undo_job", "file").filter(pk=pk)
        upload: Upload | None = found.first()
        if upload is None:
            raise Http404("There is no such upload.")
        return upload

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": Upload._meta, **context}
        )


def _complaints(form: OptionsForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        yield f"{form.fields[name].label}: {' '.join(map(str, errors))}"


def _page_of(upload: Upload) -> str:
    return reverse("admin:kernel_upload_change", args=[upload.pk])


def _chosen_columns(request: HttpRequest, upload: Upload) -> tuple[dict[int, str], dict[int, dict[str, object]]]:
    """Read the mapping form: ``field-3`` is the field of column 3, ``decimal_mark-3`` how it is written."""
    fields: dict[int, str] = {}
    written: dict[int, dict[str, object]] = {}
    for match in upload.mapping.get("matches", []):
        place = int(match["place"])
        fields[place] = request.POST.get(f"field-{place}", "")
        known = dict(match.get("written", {}))
        for about in ("decimal_mark", "date_order", "list_separator"):
            if (value := request.POST.get(f"{about}-{place}")) is not None:
                known[about] = value
        if fields[place]:
            written[place] = known
    return fields, written
