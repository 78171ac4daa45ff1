"""Upload and export on every list whose rows are declared for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode

from backoffice.kernel import clock
from backoffice.kernel.addresses import name_in, number_in
from backoffice.kernel.transfers.exports import ExportRefused, export_kinds, export_stream
from backoffice.kernel.transfers.exports.kinds import ExportKind
from backoffice.kernel.transfers.exports.services import FORMATS
from backoffice.kernel.transfers.kinds import TransferKind, transfer_kinds
from backoffice.kernel.transfers.models import SavedColumns


class ListToolsMixin:
    """Adds “Upload” and “Export” to a list, for those who may."""

    model: Any
    admin_site: Any

    def get_urls(self) -> list[Any]:
        """Add the address of the export."""
        options = self.model._meta
        view = self.admin_site.admin_view(self.export_view)
        name = f"{options.app_label}_{options.model_name}_export"
        own = [path("export/", view, name=name)] if self._exports() else []
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Offer the upload and the export of this list, with the list's filters kept."""
        options = self.model._meta
        tools = []
        for kind in self._uploads():
            if request.user.has_perm(kind.permission) and request.user.has_perm("kernel.add_upload"):
                url = f"{reverse('admin:kernel_upload_add')}?{urlencode({'kind': kind.name})}"
                tools.append({"label": f"Upload {kind.label.lower()}", "url": url, "icon": "fa-file-upload"})
        exports = [export for export in self._exports() if request.user.has_perm(export.needed_permission)]
        for export in exports:
            label = "Export" if len(exports) == 1 else f"Export {export.label.lower()}"
            url = reverse(f"admin:{options.app_label}_{options.model_name}_export")
            query = request.GET.copy()
            query["_export"] = export.name
            tools.append({"label": label, "url": f"{url}?{query.urlencode()}", "icon": "fa-file-download"})
        return super().changelist_view(request, {**(extra_context or {}), "list_tools": tools})  # type: ignore[misc]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for columns and format, then hand out the rows that the list shows, in its order."""
        kind = self._export(request)
        try:
            rows = self._rows(request)
        except IncorrectLookupParameters:
            messages.error(request, "The list cannot be narrowed like this, so nothing is exported.")
            options = self.model._meta
            return HttpResponseRedirect(reverse(f"admin:{options.app_label}_{options.model_name}_changelist"))
        columns = kind.all_columns()
        if request.method == "POST":
            chosen = [column.name for column in columns if column.name in request.POST.getlist("columns")]
            self._keep(request, kind, chosen)
            return self._stream(request, kind, rows, chosen)
        saved = SavedColumns.objects.filter(kind=kind.name, owner=request.user.pk)
        asked = number_in(request.GET.get("_columns"))
        use = saved.filter(pk=asked).first() if asked is not None else None
        wanted = set(use.columns) if use else {column.name for column in columns if column.chosen}
        context = {
            **self.admin_site.each_context(request),
            "title": f"Export {kind.label}",
            "opts": self.model._meta,
            "columns": [(column.name, column.shown, column.name in wanted) for column in columns],
            "formats": list(FORMATS),
            "count": rows.count(),
            "saved": [(item, f"?{_with(request, '_columns', str(item.pk))}") for item in saved],
            "query": request.GET.urlencode(),
        }
        return TemplateResponse(request, "admin/transfers/export.html", context)

    def _stream(self, request: HttpRequest, kind: ExportKind, rows: Any, chosen: list[str]) -> HttpResponseBase:
        file_format = request.POST.get("format", "csv")
        narrowed = {key: value for key, value in request.GET.items() if not key.startswith("_")}
        try:
            pieces = export_stream(
                kind=kind,
                rows=rows,
                columns=chosen,
                file_format=file_format,
                user=request.user,
                source=request.path,
                filters=narrowed,
            )
        except ExportRefused as refusal:
            raise Http404(str(refusal)) from refusal
        response = StreamingHttpResponse(pieces, content_type=FORMATS[file_format])
        name = f"{kind.name}-{clock.today():%Y-%m-%d}.{file_format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _keep(self, request: HttpRequest, kind: ExportKind, chosen: list[str]) -> None:
        name = name_in(request.POST.get("keep_as", ""))[:80]
        if name and chosen:
            SavedColumns.objects.update_or_create(
                kind=kind.name, owner_id=request.user.pk, name=name, defaults={"columns": chosen}
            )

    def _export(self, request: HttpRequest) -> ExportKind:
        exports = {kind.name: kind for kind in self._exports()}
        name = request.GET.get("_export", next(iter(exports)))
        if name not in exports:
            raise Http404("There is no such export.")
        if not request.user.has_perm(exports[name].needed_permission):
            raise PermissionDenied
        return exports[name]

    def _rows(self, request: HttpRequest) -> Any:
        """Return the rows of the list with its search, filters and order."""
        asked = request.GET
        narrowed: Any = asked.copy()
        for name in list(narrowed):
            if name.startswith("_"):
                del narrowed[name]
        request.GET = narrowed
        try:
            return self.get_changelist_instance(request).queryset  # type: ignore[attr-defined]
        finally:
            request.GET = asked

    def _uploads(self) -> list[TransferKind]:
        return [kind for kind in transfer_kinds() if self.model in kind.target_models()]

    def _exports(self) -> list[ExportKind]:
        return [kind for kind in export_kinds() if kind.model is self.model]


def _with(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query[name] = value
    return query.urlencode()
