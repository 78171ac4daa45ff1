"""Who may open which file of the invoices app."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.registry import register_file_scope
from backoffice.kernel.scope.rules import Audience, audience_of, visible
from invoices.models import Invoice
from invoices.services.exporting import EXPORT_PURPOSE
from invoices.services.logos import LOGO_PURPOSE
from invoices.services.rendering import PDF_PURPOSE


def may_open_document(user: Any, file: StoredFile) -> bool:
    """Let people open the PDFs of the documents that they may see; customers have theirs without a permission."""
    audience, _ = audience_of(user)
    if audience is not Audience.CUSTOMER and not user.has_perm("invoices.view_invoice"):
        return False
    return visible(Invoice.objects.issued().filter(pdf=file), user).exists()


def may_open_logo(user: Any, file: StoredFile) -> bool:
    """Let those open logos who may see the issuer."""
    return audience_of(user)[0] is Audience.HOUSE and bool(user.has_perm("invoices.view_issuer"))


def may_open_export(user: Any, file: StoredFile) -> bool:
    """Let exports be opened by whoever made them, while they may export."""
    return file.owner_id == user.pk and bool(user.has_perm("invoices.export_invoice"))


def register_file_scopes() -> None:
    """Speak for the files of this app."""
    register_file_scope(PDF_PURPOSE, may_open_document)
    register_file_scope(LOGO_PURPOSE, may_open_logo, logged=False)
    register_file_scope(EXPORT_PURPOSE, may_open_export)
