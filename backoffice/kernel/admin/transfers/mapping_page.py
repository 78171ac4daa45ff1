"""The mapping screen: which column of a file fills what, and how the file is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from backoffice.kernel.admin.transfers.forms import DialectForm
from backoffice.kernel.admin.transfers.preview import column_rows
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.mapping import FileMapping, fingerprint, mapping_of
from backoffice.kernel.transfers.models import SavedMapping, Upload
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.services import open_questions

CONFIRMED = "confirmed"


def mapping_context(request: HttpRequest, upload: Upload, kind: TransferKind) -> dict[str, Any]:
    """Return what the mapping screen shows; that there is none where the mapping cannot be read any more."""
    try:
        mapping = mapping_of(kind, upload.mapping)
    except ReadError:
        return {"mappable": False}
    return {
        "columns": column_rows(upload, mapping),
        "fields": [(column.field, column.label) for column in kind.columns.values()],
        "open_questions": open_questions(upload),
        "shape": mapping.shape.label if mapping.shape is not None else "",
        "saved": mapping.saved,
        "offered": _offered(request.user, upload, mapping),
        "dialect_form": DialectForm(dialect=upload.dialect),
    }


def filled_columns(upload: Upload, kind: TransferKind) -> list[tuple[str, str]]:
    """Return which column of a file filled what, as (heading, field), for those who only look; not what was left out."""
    labels = {field: column.label for field, column in kind.columns.items()}
    matches = upload.mapping.get("matches", [])
    return [(match["header"], labels.get(match["field"], match["field"])) for match in matches if match["field"]]


def _offered(user: Any, upload: Upload, mapping: FileMapping) -> list[SavedMapping]:
    """Return a person's saved mappings for files with the same headings, without those that say the same."""
    fields = {match.header: match.field for match in mapping.mapping.matches}
    rows = SavedMapping.objects.filter(kind=upload.kind, owner=user.pk, headings=fingerprint(list(fields)))
    return [
        item
        for item in rows.order_by("-pk")
        if {header: column.get("field", "") for header, column in item.columns.items()} != fields
    ]


def chosen_columns(request: HttpRequest, upload: Upload) -> tuple[dict[int, str], dict[int, dict[str, object]]]:
    """Read the mapping form.

    ``field-3`` is the field of column 3, ``decimal_mark-3`` how it is written. A guess that was
    neither changed nor confirmed is left as it is, and stays a guess.
    """
    fields: dict[int, str] = {}
    written: dict[int, dict[str, object]] = {}
    confirmed = set(request.POST.getlist(CONFIRMED))
    for match in upload.mapping.get("matches", []):
        place = int(match["place"])
        field = request.POST.get(f"field-{place}", match["field"])
        if match["how"] == "guess" and field == match["field"] and str(place) not in confirmed:
            continue
        fields[place] = field
        known = dict(match.get("written", {}))
        answers = _answers(request, match) if field == match["field"] else {}
        # What nobody touched keeps how it was found: by its name, from the export of a known system.
        if answers or match["how"] == "guess":
            written[place] = known | answers
    return fields, written


def _answers(request: HttpRequest, match: Mapping[str, Any]) -> dict[str, object]:
    """Return what is answered of a column: what was open, and what is answered otherwise than before."""
    known = match.get("written", {})
    asked = {about for about, _text, _choices in match.get("questions", [])}
    return {
        about: value
        for about in ("decimal_mark", "date_order", "list_separator")
        if (value := request.POST.get(f"{about}-{match['place']}")) and (about in asked or value != known.get(about))
    }
