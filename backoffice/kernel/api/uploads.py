"""Uploads: the same pipeline, preview and rights as in the admin."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.kernel.api.faces import Face
from backoffice.kernel.api.filters import page_parameters, refuse_unknown
from backoffice.kernel.api.pagination import Pages
from backoffice.kernel.api.parsers import PlainJSONParser
from backoffice.kernel.api.undo_serializers import UndoPlanSerializer, UndoPreviewSerializer
from backoffice.kernel.api.upload_serializers import (
    ApplySerializer,
    NewUploadSerializer,
    PlannedRowSerializer,
    UploadDetailSerializer,
    UploadSerializer,
    WrongRowSerializer,
)
from backoffice.kernel.api.views import ScopedReadViewSet
from backoffice.kernel.history.undo import UndoRefused
from backoffice.kernel.jobs.models import JobState
from backoffice.kernel.scope.rules import Audience
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.models import RowAction, SavedMapping, Upload
from backoffice.kernel.transfers.reports import headings_of
from backoffice.kernel.transfers.selectors import may_approve, may_work, uploads_visible
from backoffice.kernel.transfers.services import (
    UploadRefused,
    upload_apply,
    upload_approve,
    upload_cancel,
    upload_create,
    upload_drop_guesses,
    upload_plan,
    upload_undo,
    upload_undo_preview,
)
from backoffice.kernel.transfers.states import UploadState


class UploadFilters(filters.FilterSet):
    """What uploads may be filtered by."""

    kind = filters.CharFilter(label="For example products.")
    state = filters.MultipleChoiceFilter(choices=UploadState.choices)
    created_after = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")


class RowPages(Pages):
    """Pages of rows in the order of the file."""

    ordering = "number"


def _own(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.filter(pk__in=uploads_visible(user).order_by().values("pk"))


def _own_with_jobs(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return _own(rows, user).select_related("file", "owner", "plan_job", "apply_job", "undo_job")


FACE = Face(
    listed=UploadSerializer,
    detail=UploadDetailSerializer,
    filters=UploadFilters,
    ordering={"id": "pk"},
    rows=_own,
    detail_rows=_own_with_jobs,
)


@extend_schema_view(list=extend_schema(tags=["uploads"]), retrieve=extend_schema(tags=["uploads"]))
class UploadViewSet(ScopedReadViewSet):
    """Files on their way into the shop: those of the kinds that you may upload."""

    model = Upload
    lookup_value_regex = r"\d+"
    faces = {Audience.HOUSE: FACE, Audience.SELLER: FACE}
    action_permissions = {
        "create": "kernel.add_upload",
        "apply": "kernel.change_upload",
        "approve": "kernel.approve_upload",
        "undo": "kernel.change_upload",
        "discard": "kernel.change_upload",
    }
    parser_classes = [MultiPartParser, PlainJSONParser]

    @property
    def throttle_scope(self) -> str | None:
        """Files are costly to check; looking after them is not."""
        return "upload" if getattr(self, "action", None) == "create" else None

    @extend_schema(
        tags=["uploads"], request={"multipart/form-data": NewUploadSerializer}, responses={201: UploadDetailSerializer}
    )
    def create(self, request: Request) -> Response:
        """Take a file in and check it; nothing in the shop changes before it is applied.

        A column whose meaning could only be guessed is left out, with a warning. A large file is
        checked in the background: ask again until its state is `planned` or `failed`.
        """
        checked = NewUploadSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        given = checked.validated_data
        if not request.user.has_perm(transfer_kind(given["kind"]).permission):
            raise PermissionDenied(f"You may not upload {transfer_kind(given['kind']).label.lower()}.")
        upload = upload_create(
            kind=given["kind"],
            content=given["file"],
            name=given["file"].name,
            owner=request.user,
            options={"mode": given["mode"], "on_error": given["on_error"], "choices": given.get("choices", {})},
            saved=_saved(request.user, given),
            pictures=given.get("pictures"),
        )
        if upload.state == UploadState.MAPPED:
            upload_plan(upload=upload_drop_guesses(upload=upload))
        return self._answer(upload.pk, status.HTTP_201_CREATED)

    @extend_schema(tags=["uploads"], responses=WrongRowSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=RowPages, filter_backends=[])
    def errors(self, request: Request, pk: str) -> Response:
        """List the rows that are wrong, with the reasons, in the order of the file."""
        refuse_unknown(request, page_parameters(self))
        upload = get_object_or_404(self.get_queryset(), pk=pk)
        return self._rows(upload, [RowAction.ERROR, RowAction.CONFLICT], WrongRowSerializer)

    @extend_schema(
        tags=["uploads"],
        responses=PlannedRowSerializer(many=True),
        filters=False,
        parameters=[OpenApiParameter("action", enum=RowAction.values, description="Only rows of which this becomes.")],
    )
    @action(detail=True, pagination_class=RowPages, filter_backends=[])
    def rows(self, request: Request, pk: str) -> Response:
        """List what is to happen with each row, old and new values, in the order of the file.

        While a large file is still being checked, those are there that have been.
        """
        refuse_unknown(request, {"action", *page_parameters(self)})
        wanted = request.query_params.get("action")
        if wanted is not None and wanted not in RowAction.values:
            raise ValidationError({"action": [f"Nothing is “{wanted}”; rows are {', '.join(RowAction.values)}."]})
        upload = get_object_or_404(self.get_queryset(), pk=pk)
        return self._rows(upload, [wanted] if wanted else [], PlannedRowSerializer)

    @extend_schema(tags=["uploads"], request=ApplySerializer, responses=UploadDetailSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Apply what the check has found, once; asked for again, nothing is done twice.

        With the `plan` that was looked at, no other one is applied in its place. Where a threshold of
        the shop is passed, the state becomes `awaiting_approval`, and a second person has to approve.
        """
        given = ApplySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        upload_apply(upload=self._mine(), user=request.user, plan=given.validated_data.get("plan"))
        return self._answer()

    @extend_schema(tags=["uploads"], request=None, responses=UploadDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve, as a second person, exactly the plan that waits for it, and apply it."""
        upload: Upload = self.get_object()
        if not may_approve(request.user, upload):
            raise UploadRefused("Somebody else has to approve it.")
        upload_approve(upload=upload, approver=request.user)
        return self._answer()

    @extend_schema(tags=["uploads"], responses={200: UndoPlanSerializer, 202: UndoPreviewSerializer}, filters=False)
    @action(detail=True, url_path="undo", url_name="undo", pagination_class=None, filter_backends=[])
    def undo_plan(self, request: Request, pk: str) -> Response:
        """Say what an undo would do, and which rows would stay because somebody touched them since.

        Of a large upload this is found out in the background: the answer is 202 until it is known.
        """
        refuse_unknown(request, ())
        preview = upload_undo_preview(upload=self._mine(), user=request.user)
        if preview.plan is not None:
            return Response(UndoPlanSerializer(preview.plan).data)
        if preview.job is not None and preview.job.state in JobState.finished():
            raise UploadRefused(f"What would be taken back could not be found out. {preview.job.error}".rstrip())
        return Response(UndoPreviewSerializer(preview).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(tags=["uploads"], request=None, responses=UploadDetailSerializer)
    @undo_plan.mapping.post
    def undo(self, request: Request, pk: str) -> Response:
        """Take back what the upload wrote; what was touched since stays."""
        try:
            upload_undo(upload=self._mine(), user=request.user)
        except UndoRefused as refusal:
            raise UploadRefused(str(refusal)) from refusal
        return self._answer()

    @extend_schema(tags=["uploads"], request=None, responses=UploadDetailSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Discard an upload that has changed nothing, or stop one at work; who may approve one may discard it."""
        upload: Upload = self.get_object()
        if upload.state != UploadState.AWAITING_APPROVAL or not may_approve(request.user, upload):
            upload = self._mine()
        upload_cancel(upload=upload)
        return self._answer()

    def _mine(self) -> Upload:
        """Return the upload, to somebody who may take it further."""
        upload: Upload = self.get_object()
        if not may_work(self.request.user, upload):
            raise PermissionDenied(f"You may not upload {upload.kind}.")
        return upload

    def _rows(self, upload: Upload, actions: list[str], serializer: type[WrongRowSerializer]) -> Response:
        rows = upload.staged.filter(action__in=actions) if actions else upload.staged.all()
        page = self.paginate_queryset(rows)
        shown = serializer(page or [], many=True, context={"headings": headings_of(upload)})
        return self.get_paginated_response(shown.data)

    def _answer(self, pk: int | None = None, code: int = status.HTTP_200_OK) -> Response:
        upload = _own_with_jobs(Upload.objects.all(), self.request.user).get(pk=pk or self.kwargs["pk"])
        return Response(UploadDetailSerializer(upload).data, status=code)


def _saved(user: Any, given: dict[str, Any]) -> SavedMapping | None:
    name = given.get("mapping")
    if not name:
        return None
    saved = SavedMapping.objects.filter(kind=given["kind"], owner=user.pk, name=name).first()
    if saved is None:
        raise ValidationError({"mapping": [f"You have saved no mapping of {given['kind']} as “{name}”."]})
    return saved
