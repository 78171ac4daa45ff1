"""The table of a list."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.base import InclusionAdminNode

from backoffice.kernel.admin.rows import result_rows

register = template.Library()


@register.tag
def rows_table(parser: Any, token: Any) -> Any:
    """Write a list's table: ``{% rows_table cl %}`` in the place of Django's ``{% result_list cl %}``."""
    node: Any = InclusionAdminNode  # its stubs are those of a later Django
    return node(parser, token, func=_table, template_name="rows_table.html", takes_context=False)


def _table(cl: Any) -> dict[str, Any]:
    return {"cl": cl, "result_headers": list(result_headers(cl)), "rows": list(result_rows(cl))}
