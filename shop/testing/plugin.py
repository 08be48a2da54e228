"""Gives the tests their PostgreSQL and Redis before Django reads its settings."""

import os
import tempfile

import pytest
from django.core.cache import caches


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    os.environ.setdefault("SECRET_KEY", "only-for-tests-and-long-enough-for-signed-tokens")
    _use_throwaway_files(early_config)
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    from shop.embedded import throwaway_servers  # noqa: PLC0415 - only when nobody named servers

    servers = throwaway_servers()
    os.environ.update(servers.__enter__())
    early_config.add_cleanup(lambda: servers.__exit__(None, None, None))


def _use_throwaway_files(config):
    folder = tempfile.TemporaryDirectory(prefix="magpie-files-")
    config.add_cleanup(folder.cleanup)
    for name in ("STATIC_ROOT", "MEDIA_ROOT", "PRIVATE_MEDIA_ROOT"):
        os.environ[name] = os.path.join(folder.name, name.lower())
        os.mkdir(os.environ[name])
    os.environ["STATIC_MANIFEST"] = "0"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache():
    yield
    caches["default"].clear()
