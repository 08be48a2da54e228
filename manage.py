#!/usr/bin/env python
import os
import sys
from pathlib import Path

import environ
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    # While `make run` is open, this file says where its PostgreSQL and Redis are.
    running_shop = Path(__file__).resolve().parent / "var" / "env"
    if running_shop.exists():
        environ.Env.read_env(running_shop)
    execute_from_command_line(sys.argv)
