"""The steps of an upload: each is a POST that comes back to the upload's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from backoffice.kernel.addresses import number_in
from backoffice.kernel.admin.transfers.forms import DialectForm, OptionsForm
from backoffice.kernel.admin.transfers.mapping_page import chosen_columns
from backoffice.kernel.refusals import Refused
from backoffice.kernel.states.machine import TransitionRefused
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.models import SavedMapping, Upload
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.selectors import may_approve, may_work
from backoffice.kernel.transfers.services import (
    UploadRefused,
    is_recognised,
    open_questions,
    upload_apply,
    upload_approve,
    upload_cancel,
    upload_choose,
    upload_map,
    upload_plan,
    upload_read_again,
)
from backoffice.kernel.transfers.services.saved import mapping_save
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState

Step = Callable[[Upload], Any]
_AT_WORK = frozenset({UploadState.STAGING, UploadState.APPLYING, UploadState.UNDOING})


class UploadStepsMixin:
    """What can be done with an upload."""

    def read_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Read the file anew, in the way that a person says, or with a mapping that was kept."""
        upload = self._upload(request, pk)  # type: ignore[attr-defined]
        wanted = number_in(request.POST.get("saved"))
        mine = SavedMapping.objects.filter(kind=upload.kind, owner=request.user.pk)
        saved = mine.filter(pk=wanted).first() if wanted is not None else None
        # A mapping changes nothing about how the file is read; of a file that was cut off before, nothing is known.
        known = saved is not None or upload.state == UploadState.UPLOADED
        chosen = upload.dialect if known else _dialect_of(request, upload)

        def step(item: Upload) -> None:
            read = upload_read_again(upload=item, dialect=chosen, saved=saved)
            if is_recognised(read):
                upload_plan(upload=read)

        return self._step(request, upload, step)

    def map_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Take over what a person says of the columns, and check the file where asked to."""

        def step(upload: Upload) -> None:
            upload = _mapped(request, upload)
            if request.POST.get("name", "").strip():
                _keep(request, upload)
            if "check" in request.POST:
                _check(upload)

        return self._step(request, self._upload(request, pk), step)  # type: ignore[attr-defined]

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Begin to plan."""
        return self._step(request, self._upload(request, pk), _check)  # type: ignore[attr-defined]

    def choose_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Change how the upload is to be done."""

        def step(upload: Upload) -> None:
            options = OptionsForm(request.POST, initial=upload.options, kind=transfer_kind(upload.kind))
            if not options.is_valid():
                raise UploadRefused(" ".join(_complaints(options)))
            upload_choose(upload=upload, options=options.options)

        return self._step(request, self._upload(request, pk), step)  # type: ignore[attr-defined]

    def keep_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Keep the mapping under a name, as it stands on the screen."""
        return self._step(request, self._upload(request, pk), lambda upload: _keep(request, _mapped(request, upload)))  # type: ignore[attr-defined]

    def apply_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Apply what the preview says, once; without the wrong rows where that is asked for."""

        def step(upload: Upload) -> None:
            if upload.state in {UploadState.APPLYING, UploadState.APPLIED}:
                messages.info(request, "This upload was applied already; nothing was done twice.")
                return
            if request.POST.get("on_error") == "skip":
                upload_choose(upload=upload, options={"on_error": "skip"})
            upload_apply(upload=upload, user=request.user, plan=number_in(request.POST.get("plan")))

        return self._step(request, self._upload(request, pk), step)  # type: ignore[attr-defined]

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Let a second person approve exactly this plan."""
        if not request.user.has_perm("kernel.approve_upload"):
            raise PermissionDenied
        upload = self._upload(request, pk)  # type: ignore[attr-defined]
        return self._step(request, upload, lambda item: upload_approve(upload=item, approver=request.user), work=False)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Discard an upload, or stop one at work; a second person may discard what waits for approval."""
        upload = self._upload(request, pk)  # type: ignore[attr-defined]
        refused = upload.state == UploadState.AWAITING_APPROVAL and may_approve(request.user, upload)

        def step(upload: Upload) -> None:
            if "stop" in request.POST and upload.state not in _AT_WORK:
                messages.info(request, "The work was finished before it could be stopped.")
            else:
                upload_cancel(upload=upload)

        return self._step(request, upload, step, work=not refused)

    def _step(self, request: HttpRequest, upload: Upload, step: Step, *, work: bool = True) -> HttpResponseBase:
        """Do a step of an upload and come back to its page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if work and not may_work(request.user, upload):
            raise PermissionDenied
        try:
            step(upload)
        except TransitionRefused as refusal:
            messages.error(request, _overtaken(refusal))
        except (Refused, ReadError, FileNotFoundError) as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(upload_url(upload))


def _overtaken(refusal: TransitionRefused) -> str:
    """Tell somebody whose page was older than the upload how it stands."""
    if refusal.source in UPLOAD_MACHINE.by_name[refusal.transition].sources:
        return str(refusal)
    return f"Nothing was done: the upload is {UploadState(refusal.source).label.lower()} by now."


def upload_url(upload: Upload) -> str:
    """Return the address of an upload's page."""
    return reverse("admin:kernel_upload_change", args=[upload.pk])


def _dialect_of(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    form = DialectForm(request.POST, dialect=upload.dialect)
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value != ""}


def _mapped(request: HttpRequest, upload: Upload) -> Upload:
    """Take over the columns of the mapping form; where nothing was changed, a plan stays."""
    fields, written = chosen_columns(request, upload)
    known = {int(match["place"]): match["field"] for match in upload.mapping.get("matches", [])}
    if written or any(known.get(place) != field for place, field in fields.items()):
        return upload_map(upload=upload, fields=fields, written=written)
    return upload


def _keep(request: HttpRequest, upload: Upload) -> None:
    kept = mapping_save(upload=upload, name=request.POST.get("name", ""), owner=request.user)
    messages.success(request, f"The columns are kept as “{kept.name}” and will be offered for files like this one.")


def _check(upload: Upload) -> None:
    """Check a file, once nothing about its columns is open."""
    if upload.state in {UploadState.PLANNED, UploadState.FAILED}:
        # Asked for again, after the goods have changed meanwhile, say.
        upload = upload_map(upload=upload, fields={})
    if upload.state == UploadState.MAPPED and open_questions(upload):
        raise UploadRefused("Not checked yet: answer what stands in yellow first.")
    upload_plan(upload=upload)


def _complaints(form: OptionsForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        yield f"{form.fields[name].label}: {' '.join(map(str, errors))}"
