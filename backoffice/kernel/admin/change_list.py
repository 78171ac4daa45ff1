"""The list behind every list page."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse

# Stands for a row's key while the address of all rows' pages is looked up; no name in an address has it.
_KEY = "KEY"


class BackofficeChangeList(ChangeList):
    """A list that asks the database once where its first page is all there is, and looks up one address per page."""

    def get_results(self, request: HttpRequest) -> None:
        """Take the rows that the paginator read to count them, instead of reading them again."""
        super().get_results(request)
        read = getattr(self.paginator, "all_rows", None)
        if read is not None:
            self.result_list = read

    def url_for_result(self, result: Any) -> str:
        """Return the address of a row's page."""
        key = getattr(result, self.pk_attname)
        if not isinstance(key, int):
            return super().url_for_result(result)
        before, after = self._address
        return f"{before}{key}{after}"

    @cached_property
    def _address(self) -> tuple[str, str]:
        """Return what stands before and after the key in the address of a row's page."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        url = reverse(name, args=[_KEY], current_app=self.model_admin.admin_site.name)
        before, _key, after = url.rpartition(_KEY)
        return before, after
