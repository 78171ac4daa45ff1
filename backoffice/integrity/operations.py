"""Effects that happen once: keys, statement lines, uploads, jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from backoffice.integrity.amounts import cents, sum_of
from backoffice.integrity.finding import Finding, invariant
from backoffice.integrity.own_models import own_models
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.transfers.models import StagedRow, Upload
from backoffice.kernel.transfers.states import UploadState
from finance.models import Match, StatementLine

# A beat queues a silent job again after a minute; what is silent for ten has no beat to look after it.
SILENT_FOR = timedelta(minutes=10)


@invariant(11, "Each idempotency key, statement line and row of a file has one effect; running jobs show signs of life")
def once() -> Iterator[Finding]:
    """Find what stands or works twice, and jobs that say they run while nothing beats."""
    yield from _repeated_keys()
    yield from _statement_lines()
    yield from _uploads()
    silent = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=timezone.now() - SILENT_FOR)
    for job in Job.objects.filter(silent, state=JobState.RUNNING).order_by("pk").iterator():
        last = f"{job.heartbeat_at:%Y-%m-%d %H:%M} UTC" if job.heartbeat_at else "never"
        yield Finding(f"job {job.pk}", f"It says it is running, but its last sign of life was {last}.")


def _repeated_keys() -> Iterator[Finding]:
    for model in own_models():
        if not any(field.name == "idempotency_key" for field in model._meta.fields):
            continue
        keys = model._default_manager.exclude(idempotency_key__isnull=True).exclude(idempotency_key="")
        groups = keys.order_by("idempotency_key").values("idempotency_key").annotate(rows=Count("pk"))
        for row in groups.filter(rows__gt=1).iterator():
            yield Finding(f"{model._meta.label} {row['idempotency_key']}", f"{row['rows']} rows carry this key.")


def _statement_lines() -> Iterator[Finding]:
    groups = StatementLine.objects.order_by("account", "fingerprint").values("account__iban", "fingerprint")
    for row in groups.annotate(rows=Count("pk")).filter(rows__gt=1).iterator():
        yield Finding(
            f"account {row['account__iban']}",
            f"Entry {row['fingerprint']} of its statements stands {row['rows']} times.",
        )
    live = sum_of(Match.objects.filter(undone_at__isnull=True), "line", "amount")
    lines = StatementLine.objects.annotate(matched=live).filter(
        Q(amount__gt=0, matched__gt=F("amount")) | Q(amount__lt=0, matched__lt=F("amount"))
    )
    for line in lines.order_by("pk").iterator():
        if cents(line.matched) != cents(line.amount):
            yield Finding(
                f"statement line {line.pk}", f"{cents(line.matched)} of its {cents(line.amount)} are matched."
            )


def _uploads() -> Iterator[Finding]:
    groups = StagedRow.objects.order_by("upload", "number").values("upload", "number").annotate(rows=Count("pk"))
    for row in groups.filter(rows__gt=1).iterator():
        yield Finding(f"upload {row['upload']}", f"Row {row['number']} of its file stands {row['rows']} times.")
    told = F("created") + F("updated") + F("unchanged") + F("failed") + F("skipped")
    applied = Upload.objects.filter(state=UploadState.APPLIED).annotate(told=told).exclude(told=F("rows"))
    for pk, rows, sum_told in applied.order_by("pk").values_list("pk", "rows", "told").iterator():
        yield Finding(f"upload {pk}", f"Its file has {rows} rows, but {sum_told} were accounted for.")
    twice = Upload.objects.filter(apply_job__isnull=False).order_by("apply_job").values("apply_job")
    for job in twice.annotate(count=Count("pk")).filter(count__gt=1).iterator():
        yield Finding(f"job {job['apply_job']}", f"It applied {job['count']} uploads.")
