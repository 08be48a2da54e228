"""Gives the tests their PostgreSQL and Redis before Django reads its settings."""

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    os.environ.setdefault("SECRET_KEY", "only-for-tests")
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    from shop.embedded import throwaway_servers  # noqa: PLC0415 - only when nobody named servers

    servers = throwaway_servers()
    os.environ.update(servers.__enter__())
    early_config.add_cleanup(lambda: servers.__exit__(None, None, None))
