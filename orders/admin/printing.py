"""Pick lists, packing slips and labels: as bulk actions and as buttons.

Nothing that is printed is kept: the file behind a bulk action's link is made when the link is
opened, from the rows that were chosen, so that no address outlives its customer's erasure in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from backoffice.kernel.admin.actions.action import ActionPlan, BulkAction
from backoffice.kernel.admin.actions.work import cleaned
from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.refusals import Refused
from backoffice.kernel.selections.models import Selection
from orders.documents import render_labels, render_packing_slips, render_pick_list
from orders.documents.labels import SHEETS
from orders.models import Allocation, Shipment
from orders.selectors.printing import labels_of, packing_slips_of, pick_list_of
from orders.states import ShipmentStatus

# Whoever sees what is promised to whom sees where it goes; sellers do not.
PERMISSION = "orders.view_allocation"
_SHEET_NAMES = {"roll": "Roll, 100 × 150 mm", "a4": "A4 sheet of 24, 70 × 37 mm"}


class PrintAction(BulkAction):
    """An action that changes nothing and makes a PDF."""

    permission = PERMISSION
    description = "The file is on the job's page, under Download."
    whole = True
    no_undo = "It changed nothing: it made a file to print."
    file_name = ""

    def render(self, ids: Sequence[int], data: dict[str, Any]) -> bytes:
        """Return the PDF of the chosen rows.

        Raises:
            DocumentError: it cannot be printed.
        """
        raise NotImplementedError

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Try it once, and say where it is to be had."""
        try:
            self.render(ids, data)
        except DocumentError as error:
            raise Refused(f"This cannot be printed: {error}.") from error
        url = reverse("admin:orders_print", args=[context.job.public_id, self.name])
        return {"applied": len(ids), "download": url}


class PrintPickList(PrintAction):
    """One pick list for the selected orders."""

    name = "pick_list"
    label = "Print pick list"
    file_name = "pick-list.pdf"

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Take orders of which something is allocated."""
        orders = list(queryset.order_by("pk"))
        rows = Allocation.objects.filter(line__order__in=[order.pk for order in orders])
        allocated = set(rows.values_list("line__order", flat=True))
        return ActionPlan(
            applicable=[order.pk for order in orders if order.pk in allocated],
            refused=[(str(order), "Nothing is allocated to it.") for order in orders if order.pk not in allocated],
        )

    def render(self, ids: Sequence[int], data: dict[str, Any]) -> bytes:
        """Return the pick list."""
        return render_pick_list(pick_list_of(ids))


class _PrintParcels(PrintAction):
    """Something per parcel."""

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Leave out cancelled parcels, and those whose texts cannot be printed."""
        plan = ActionPlan(applicable=[])
        for parcel in queryset.order_by("pk"):
            reason = (
                "It is cancelled." if parcel.status == ShipmentStatus.CANCELLED else self._unprintable(parcel, data)
            )
            if reason:
                plan.refused.append((str(parcel), reason))
            else:
                plan.applicable.append(parcel.pk)
        return plan

    def _unprintable(self, parcel: Shipment, data: dict[str, Any]) -> str:
        try:
            self.render([parcel.pk], data)
        except DocumentError as error:
            return f"{error}."
        return ""


class PrintPackingSlips(_PrintParcels):
    """A packing slip per parcel."""

    name = "packing_slips"
    label = "Print packing slips"
    file_name = "packing-slips.pdf"

    def render(self, ids: Sequence[int], data: dict[str, Any]) -> bytes:
        """Return the slips."""
        return render_packing_slips(packing_slips_of(ids))


class SheetForm(forms.Form):
    """What the labels are printed on."""

    sheet = forms.ChoiceField(choices=[(key, _SHEET_NAMES[key]) for key in SHEETS], initial="roll")
    skip = forms.IntegerField(
        min_value=0, max_value=23, initial=0, required=False, help_text="Labels that are gone from the first sheet."
    )


class PrintLabels(_PrintParcels):
    """An address label per parcel."""

    name = "labels"
    label = "Print address labels"
    file_name = "labels.pdf"
    form_class = SheetForm

    def render(self, ids: Sequence[int], data: dict[str, Any]) -> bytes:
        """Return the labels."""
        sheet = data.get("sheet") or "roll"
        return render_labels(labels_of(ids), sheet=sheet, skip=(data.get("skip") or 0) if sheet == "a4" else 0)


PRINT_ACTIONS: dict[str, type[PrintAction]] = {
    action.name: action for action in (PrintPickList, PrintPackingSlips, PrintLabels)
}


def print_view(request: HttpRequest, key: Any, kind: str) -> HttpResponse:
    """Hand out what a bulk action printed, to the person who asked for it."""
    job = Job.objects.filter(public_id=key, owner=request.user.pk).first()
    selection = Selection.objects.filter(job=job).first() if job is not None else None
    if job is None or selection is None or kind != selection.action or kind not in PRINT_ACTIONS:
        raise Http404("There is nothing to print here any more. Choose the rows again.")
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    action = PRINT_ACTIONS[kind]()
    ids = list(selection.rows.order_by("object_id").values_list("object_id", flat=True))
    content = action.render(ids, cleaned(action, job.params.get("data", ""), request.user))
    return pdf_response(content, action.file_name)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Return a PDF that the browser shows and no proxy keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


class PrintButtonsMixin(BackofficeModelAdmin):
    """Buttons that print one row.

    Attributes:
        print_buttons: name in the address → (what the button says, how to render the row's key).
    """

    print_buttons: dict[str, tuple[str, Callable[[int], bytes]]] = {}

    def get_urls(self) -> list[Any]:
        """Add the address of the printed page."""
        name = f"orders_{self.opts.model_name}_print"
        view = self.admin_site.admin_view(self.print_row_view)
        return [path("<path:object_id>/print/<slug:kind>/", view, name=name), *super().get_urls()]

    def print_links(self, request: HttpRequest, obj: Any) -> list[dict[str, str]]:
        """Return the buttons for a row, to those who may print."""
        if not request.user.has_perm(PERMISSION):
            return []
        name = f"admin:orders_{self.opts.model_name}_print"
        return [
            {"label": label, "url": reverse(name, args=[obj.pk, kind])}
            for kind, (label, _render) in self.print_buttons.items()
        ]

    def print_row_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """Print one row."""
        obj = self.get_object(request, object_id)
        if obj is None or kind not in self.print_buttons:
            raise Http404("There is nothing to print here.")
        if not request.user.has_perm(PERMISSION) or not self.has_view_permission(request, obj):
            raise PermissionDenied
        _label, render = self.print_buttons[kind]
        try:
            return pdf_response(render(obj.pk), f"{kind}-{obj}.pdf")
        except DocumentError as error:
            messages.error(request, f"This cannot be printed: {error}.")
            return HttpResponseRedirect(reverse(f"admin:orders_{self.opts.model_name}_change", args=[obj.pk]))
