"""Gives the tests their PostgreSQL and Redis before Django reads its settings."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    os.environ.setdefault("SECRET_KEY", "only-for-tests")
    _keep_files_apart(early_config)
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    from shop.embedded import throwaway_servers  # noqa: PLC0415 - only when nobody named servers

    servers = throwaway_servers()
    os.environ.update(servers.__enter__())
    early_config.add_cleanup(lambda: servers.__exit__(None, None, None))


def _keep_files_apart(config):
    """What the tests draw and upload must not lie among the files of the shop on this machine."""
    files = Path(tempfile.mkdtemp(prefix="magpie-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(files, ignore_errors=True))
    os.environ["MEDIA_ROOT"] = str(files / "media")
    os.environ["PRIVATE_MEDIA_ROOT"] = str(files / "private")
