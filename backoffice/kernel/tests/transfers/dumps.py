"""Everything that uploads write, in a form that two runs can be compared by."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import orjson
from django.apps import apps
from django.db import models

from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.models import StagedRow, Upload
from products.models import Product, StockMovement

TRACKED: list[Any] = [
    model for label in ("accounts", "products", "orders") for model in apps.get_app_config(label).get_models()
    if is_tracked(model)
]  # fmt: skip
# Moments and how long something took are a run's own.
OWN = (models.DateTimeField, models.FloatField, models.UUIDField)
# Of jobs and uploads only what does not depend on how often somebody died.
COLUMNS = {
    Job: ["kind", "title", "state", "done", "total", "result", "error", "undoes"],
    Upload: [
        "kind", "state", "name", "error", "rows", "created", "updated", "unchanged", "failed", "skipped", "conflicts",
        "warnings", "tallies", "plan_job", "apply_job", "undo_job",
    ],
}  # fmt: skip
# Model → primary key → how many came before it: keys themselves have gaps where somebody died.
Ranks = dict[type[models.Model], dict[Any, int]]


def digests() -> dict[str, Any]:
    """Return table → number of rows and a digest of them; of the few that steer the work the rows themselves."""
    found: dict[str, Any] = {}
    for label, rows in dump(more=(StagedRow, Upload, Job)).items():
        digest = hashlib.sha256(orjson.dumps(rows, default=str)).hexdigest()
        steering = label in {model._meta.label for model in COLUMNS}
        found[label] = rows if steering else f"{len(rows)} rows {digest[:16]}"
    return found


def dump(
    *, more: Sequence[type[models.Model]] = (), leave_out: Collection[str] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Return table → rows of the catalogue, people and orders, their histories and the movements, keys replaced by ranks.

    Args:
        more: further tables.
        leave_out: columns that two ways of writing have each their own of.
    """
    ranks = _ranks()
    tables = [(model, model) for model in (*TRACKED, StockMovement, *more)]
    tables += [(model.history.model, model) for model in TRACKED]
    return {
        table._meta.label: [
            {name: value for name, value in row.items() if name not in leave_out} for row in _rows(table, model, ranks)
        ]
        for table, model in tables
    }


def _ranks() -> Ranks:
    ranks: Ranks = {}
    for model in TRACKED:
        keys = {*model._default_manager.values_list("pk", flat=True), *model.history.values_list("id", flat=True)}
        ranks[model] = {key: rank for rank, key in enumerate(sorted(keys))}
    for model in (StockMovement, Job, Upload):
        ranks[model] = {
            key: rank for rank, key in enumerate(model._default_manager.order_by("pk").values_list("pk", flat=True))
        }
    return ranks


def _rows(table: type[models.Model], model: type[models.Model], ranks: Ranks) -> Iterator[dict[str, Any]]:
    """Yield the rows of a model's table or of its history, keys replaced by ranks."""
    fields = [
        entry
        for entry in table._meta.concrete_fields
        if not isinstance(entry, OWN)
        and entry.name in COLUMNS.get(table, [entry.name])
        # Of a history row the row that it tells of counts, of a staged row its number; the password of
        # somebody who has none is a new riddle each time.
        and entry.name not in ("id" if table is StagedRow else "history_id", "password")
    ]
    targets = [ranks.get(model if entry.name == "id" else entry.related_model) for entry in fields]
    names = [entry.attname for entry in fields]
    kinds = dict(Upload.objects.values_list("pk", "kind")) if table is StagedRow else {}
    for values in table._default_manager.order_by(table._meta.pk.attname).values_list(*names):
        row: dict[str, Any] = {
            name: value if rank is None else rank.get(value)
            for name, rank, value in zip(names, targets, values, strict=True)
        }
        if table is StockMovement:
            row["reference"] = _ranked(row["reference"], ranks)
        if table is StagedRow:
            kind = transfer_kind(kinds[values[names.index("upload_id")]])
            payload = orjson.loads(row["payload"] or "{}")
            row["object_id"] = ranks[kind.target_models()[row["target"]]].get(row["object_id"])
            # Keys stand everywhere in those of other kinds; what becomes of them is in the tables.
            known = {**payload, "product": ranks[Product].get(payload.get("product"))}
            row["payload"] = known if kind.name == "products" else ""
        if table is Job:
            row["result"]["conflict_list"] = [{**entry, "id": None} for entry in row["result"].get("conflict_list", ())]
        yield row


def _ranked(reference: str, ranks: Ranks) -> str:
    """Return what stands behind a movement with a rank for the key: "upload 7" is the first upload, say."""
    kind, _, key = reference.partition(" ")
    known = ranks.get({"upload": Upload, "job": Job}.get(kind, StagedRow))
    return f"{kind} {known.get(int(key))}" if known else reference
