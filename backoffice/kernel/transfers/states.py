"""States of an upload, from the file to its undoing."""

from __future__ import annotations

from django.db import models

from backoffice.kernel.states.machine import Machine, Transition


class UploadState(models.TextChoices):
    """How far an upload has come."""

    UPLOADED = "uploaded", "Uploaded"
    MAPPED = "mapped", "Not checked yet"
    STAGING = "staging", "Being checked"
    PLANNED = "planned", "Ready to apply"
    AWAITING_APPROVAL = "awaiting_approval", "Waiting for approval"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def with_plan(cls) -> frozenset[str]:
        """States in which the whole plan is there to look at."""
        return frozenset({cls.PLANNED, cls.AWAITING_APPROVAL, cls.APPLYING, cls.APPLIED, cls.UNDOING, cls.UNDONE})


_S = UploadState

UPLOAD_MACHINE = Machine(
    name="upload",
    model="kernel.Upload",
    field_name="state",
    states=UploadState,
    initial=UploadState.UPLOADED,
    transitions=(
        Transition("map", frozenset({_S.UPLOADED, _S.MAPPED, _S.PLANNED, _S.FAILED}), _S.MAPPED, label="Map columns"),
        Transition("stage", frozenset({_S.MAPPED}), _S.STAGING, label="Check"),
        Transition("check_again", frozenset({_S.FAILED}), _S.STAGING),
        Transition("finish_plan", frozenset({_S.STAGING}), _S.PLANNED),
        Transition("ask_approval", frozenset({_S.PLANNED}), _S.AWAITING_APPROVAL, label="Ask for approval"),
        Transition(
            "approve",
            frozenset({_S.AWAITING_APPROVAL}),
            _S.APPLYING,
            permission="kernel.approve_upload",
            label="Approve and apply",
        ),
        Transition("apply", frozenset({_S.PLANNED}), _S.APPLYING, label="Apply"),
        Transition("finish", frozenset({_S.APPLYING}), _S.APPLIED),
        Transition("undo", frozenset({_S.APPLIED}), _S.UNDOING, label="Undo"),
        Transition("finish_undo", frozenset({_S.UNDOING}), _S.UNDONE),
        # The undo was undone.
        Transition("bring_back", frozenset({_S.UNDONE}), _S.APPLIED),
        Transition("fail", frozenset({_S.UPLOADED, _S.MAPPED, _S.STAGING, _S.APPLYING}), _S.FAILED),
        # What a cancelled job has applied stays, is counted, and can be undone like any other upload.
        Transition("stop", frozenset({_S.APPLYING}), _S.APPLIED),
        Transition("stop_undo", frozenset({_S.UNDOING}), _S.APPLIED),
        Transition(
            "cancel",
            frozenset({_S.UPLOADED, _S.MAPPED, _S.STAGING, _S.PLANNED, _S.AWAITING_APPROVAL, _S.FAILED}),
            _S.CANCELLED,
            label="Discard",
        ),
    ),
)
