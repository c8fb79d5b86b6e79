#!/usr/bin/env python3
"""Django's command line for Case Portal."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command with this project's settings; a wrong one ends it in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caseportal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"Case Portal can't start. {problem}")


if __name__ == "__main__":
    main()
