#!/usr/bin/env python3
"""Run a management command of the back office."""

import os
import sys

from backoffice.environment import SettingError


def main() -> None:
    """Hand the command line to Django; a bad setting ends it with one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    try:
        # Any attribute loads the settings, before Django swallows their errors for some commands.
        _ = settings.SECRET_KEY
    except SettingError as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
