"""Taking a file in, and saying what its columns are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.db import transaction

from backoffice.kernel.files.services import file_path, file_store
from backoffice.kernel.refusals import Refused
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.kinds import TransferKind, transfer_kind
from backoffice.kernel.transfers.mapping import FileMapping, choose_column, mapping_of, suggest
from backoffice.kernel.transfers.models import SavedMapping, Upload
from backoffice.kernel.transfers.reading.dialect import Dialect
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.header import Header
from backoffice.kernel.transfers.reading.rows import read_header, read_samples
from backoffice.kernel.transfers.reading.sniffing import sniff
from backoffice.kernel.transfers.runs import DEFAULT_OPTIONS, MODES, ON_ERROR, upload_limits
from backoffice.kernel.transfers.services.parcels import parcel_opened
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState

SAMPLE_ROWS = 200
# What was found out about the file and becomes warnings of its plan, in the options.
REMARKS = "remarks"
_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class UploadRefused(Refused):
    """An upload cannot go this way; the message tells why, in plain words."""


def upload_create(
    *,
    kind: str,
    content: bytes | IO[bytes],
    name: str,
    owner: Any = None,
    options: Mapping[str, Any] | None = None,
    saved: SavedMapping | None = None,
    pictures: bytes | IO[bytes] | None = None,
) -> Upload:
    """Take a file in: check its size and form, keep it, find its dialect and the meaning of its columns.

    A file that cannot be read is kept as a failed upload that says why.

    Args:
        kind: name of a registered kind.
        content: the file; where the kind takes pictures, also a ZIP of one table and its pictures.
        name: its name.
        owner: who uploads; None for the house's own commands.
        options: mode, on_error, defaults, choices; the usual ones where not given.
        saved: a mapping made by hand, to be used.
        pictures: a ZIP of the pictures that the file names.

    Raises:
        UnknownTransferKind: there is no such kind.
        UploadRefused: an option is none of those offered.
    """
    declared = transfer_kind(kind)
    chosen = _checked_options(declared, {**DEFAULT_OPTIONS, **(options or {})})
    opened = parcel_opened(kind=declared, content=content, name=name, pictures=pictures, owner=owner)
    with opened as parcel:
        stored = file_store(
            content=parcel.content,
            name=parcel.name,
            content_type=_content_type(parcel.name),
            purpose="upload",
            owner=owner,
        )
    if parcel.pictures is not None:
        chosen["pictures"] = {"file": parcel.pictures.pk, "name": parcel.pictures.name}
    upload = Upload.objects.create(
        kind=kind, file=stored, digest=stored.digest, name=stored.name, size=stored.size, owner=owner, options=chosen
    )
    if parcel.error:
        return _fail(upload, parcel.error)
    return upload_read_again(upload=upload, saved=saved)


def upload_read_again(
    *, upload: Upload, dialect: Mapping[str, object] | None = None, saved: SavedMapping | None = None
) -> Upload:
    """Find out anew how a file is read and what its columns are.

    Args:
        upload: an upload that is not being worked on.
        dialect: parts of the dialect that a person has chosen.
        saved: a mapping made by hand, to be used.

    Raises:
        UploadRefused: the upload is being applied, or is done with.
    """
    _refuse_busy(upload)
    kind = transfer_kind(upload.kind)
    limits = upload_limits()
    names = [text for column in kind.columns.values() for text in (column.field, column.label, *column.synonyms)]
    names += [heading for shape in kind.shapes for heading in shape.columns]
    try:
        path = file_path(upload.file)
        found = sniff(path, upload.name, known_names=names, limits=limits, chosen=dialect)
        header = read_header(path, found, limits)
        samples = [row.cells for row in read_samples(path, found, limits, count=SAMPLE_ROWS)]
        mapping = suggest(kind, header.names, samples, has_header=found.has_header, saved=saved)
    except ReadError as error:
        return _fail(upload, str(error))
    upload.dialect = found.to_json()
    upload.options = {**upload.options, REMARKS: _remarks(found, header)}
    return _keep_mapping(upload, mapping)


def upload_map(
    *,
    upload: Upload,
    fields: Mapping[int, str],
    written: Mapping[int, Mapping[str, object]] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Upload:
    """Say by hand which column fills which field.

    Args:
        upload: an upload that is not being worked on.
        fields: place of a column, from 0 → field; "" leaves it out.
        written: place → how its values are written; found from the values where a field is new to its column.
        options: choices to be replaced.

    Raises:
        UploadRefused: two columns for one field, an unknown field or option, or the wrong moment.
    """
    from backoffice.kernel.transfers.reading.mapping.columns import ValueFormat

    _refuse_busy(upload)
    kind = transfer_kind(upload.kind)
    current = mapping_of(kind, upload.mapping)
    taken = [field for field in fields.values() if field]
    double = next((field for field in taken if taken.count(field) > 1), None)
    if double:
        raise UploadRefused(f"Two columns fill “{kind.columns[double].label}”. Leave one of them out.")
    mapping = current.mapping
    try:
        samples = _samples(upload) if any(fields.values()) else []
        for place, field in sorted(fields.items(), key=lambda item: bool(item[1])):
            form = ValueFormat.from_json(written[place]) if written and place in written else None
            if form is not None or not field:
                mapping = mapping.chosen(place, field, kind.resource.columns(), form)
            elif mapping.matches[place].field != field:
                mapping = choose_column(mapping, place, field, kind, samples)
    except (ReadError, IndexError) as error:
        raise UploadRefused(str(error)) from error
    if options is not None:
        upload.options = _checked_options(kind, {**upload.options, **options})
    return _keep_mapping(upload, FileMapping(mapping, current.shape, current.saved))


def upload_drop_guesses(*, upload: Upload) -> Upload:
    """Leave out the columns whose meaning was only guessed, where nobody is there to confirm them.

    What was left out becomes warnings, and so does what can be read in two ways.

    Raises:
        UploadRefused: the upload is being worked on.
    """
    _refuse_busy(upload)
    mapping, left = mapping_of(transfer_kind(upload.kind), upload.mapping).without_guesses()
    if left:
        upload.options = {**upload.options, REMARKS: [*upload.options.get(REMARKS, []), *left]}
        _keep_mapping(upload, mapping)
    return upload


def _remarks(dialect: Dialect, header: Header) -> list[str]:
    """Return what a person should know of how a file is read, where that is not certain."""
    return [*dialect.doubts, *header.repeated]


def _samples(upload: Upload) -> list[list[str]]:
    rows = read_samples(file_path(upload.file), Dialect.from_json(upload.dialect), upload_limits(), count=SAMPLE_ROWS)
    return [row.cells for row in rows]


def _keep_mapping(upload: Upload, mapping: FileMapping) -> Upload:
    upload.mapping = mapping.to_json()
    upload.unmapped_columns = mapping.unmapped
    upload.error = ""
    with transaction.atomic():
        upload.staged.all().delete()
        upload.save(update_fields=["dialect", "mapping", "options", "unmapped_columns", "error", "updated_at"])
        # The check goes with its rows: run again, it would go on behind rows that are not there.
        return apply_transition(upload, UPLOAD_MACHINE, "map", values={"plan_job": None})


def _fail(upload: Upload, message: str) -> Upload:
    values = {"error": message}
    if upload.state == UploadState.FAILED:
        Upload.objects.filter(pk=upload.pk, state=UploadState.FAILED).update(**values)
        upload.error = message
        return upload
    return apply_transition(upload, UPLOAD_MACHINE, "fail", values=values)


def _refuse_busy(upload: Upload) -> None:
    idle = UPLOAD_MACHINE.by_name["map"].sources
    if upload.state not in idle:
        raise UploadRefused(f"The upload is {upload.get_state_display().lower()}; its columns stay as they are.")


def _checked_options(kind: TransferKind, options: dict[str, Any]) -> dict[str, Any]:
    if options["mode"] not in MODES:
        raise UploadRefused(f"“{options['mode']}” is none of the modes: {', '.join(MODES)}.")
    if options["on_error"] not in ON_ERROR:
        raise UploadRefused(f"On an error either stop or skip, not “{options['on_error']}”.")
    unknown = [field for field in options["defaults"] if field not in kind.columns]
    if unknown:
        raise UploadRefused(f"There is no field “{unknown[0]}”.")
    try:
        return {**options, "choices": kind.checked_choices(options["choices"])}
    except ValueError as error:
        raise UploadRefused(str(error)) from error


def _content_type(name: str) -> str:
    return _TYPES["xlsx"] if name.lower().endswith((".xlsx", ".xlsm")) else _TYPES["csv"]
