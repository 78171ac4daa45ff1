"""Exports: any list as filtered and sorted, in the columns chosen, streamed as CSV or XLSX.

An app declares what can be exported once; lists, the API and ``manage.py export`` use it::

    register_export(
        ExportKind(
            name="orders",
            label="orders",
            model=Order,
            columns=(
                ExportColumn("number"),
                ExportColumn("customer", "customer__email"),
                ExportColumn("lines", Count("lines"), kind="number"),
            ),
        )
    )

The heading of a column is its name, so that an export is a file which the upload understands.
"""

from backoffice.kernel.transfers.exports.kinds import (
    ExportColumn,
    ExportKind,
    UnknownExport,
    export_kind,
    export_kinds,
    register_export,
)
from backoffice.kernel.transfers.exports.services import ExportRefused, export_stream

__all__ = [
    "ExportColumn",
    "ExportKind",
    "ExportRefused",
    "UnknownExport",
    "export_kind",
    "export_kinds",
    "export_stream",
    "register_export",
]
