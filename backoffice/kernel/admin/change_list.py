"""The list behind every list page."""

from __future__ import annotations

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest


class BackofficeChangeList(ChangeList):
    """A list that asks the database once where its first page is all there is."""

    def get_results(self, request: HttpRequest) -> None:
        """Take the rows that the paginator read to count them, instead of reading them again."""
        super().get_results(request)
        if self.paginator.all_rows is not None:
            self.result_list = self.paginator.all_rows
