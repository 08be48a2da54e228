"""Gives the tests their PostgreSQL and Redis before Django reads its settings."""

import os
import tempfile
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.test import TransactionTestCase
from xdist.scheduler import LoadScopeScheduling

from shop.testing.databases import migrated_database
from shop.testing.restoring import Restorer


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    os.environ.setdefault("SECRET_KEY", "only-for-tests-and-long-enough-for-signed-tokens")
    _use_throwaway_files(early_config)
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        _use_own_redis_databases(worker)
        return
    if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
        _start_servers(early_config)
    if "--nomigrations" not in early_config.invocation_params.args:
        os.environ["TEST_DATABASE_TEMPLATE"] = migrated_database(os.environ["DATABASE_URL"])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What takes long begins first: nobody waits for it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return OneOpenShop(config, log)


class OneOpenShop(LoadScopeScheduling):
    """Each test goes to whichever process is free, but all that use the running shop to one.

    By their folder: marks do not reach the process that hands tests out.
    """

    FOLDER = "shop/tests/browser/"

    def _split_scope(self, nodeid):
        return self.FOLDER if nodeid.startswith(self.FOLDER) else nodeid


def _start_servers(config):
    from shop.embedded import throwaway_servers  # noqa: PLC0415 - only when nobody named servers

    servers = throwaway_servers()
    os.environ.update(servers.__enter__())
    config.add_cleanup(lambda: servers.__exit__(None, None, None))


def _use_own_redis_databases(worker):
    """Processes that share the tests empty the cache of their own tests only."""
    url, number = urlsplit(os.environ["REDIS_URL"]), int(worker.removeprefix("gw"))
    first = int(url.path.strip("/") or 0)
    os.environ["REDIS_URL"] = url._replace(path=f"/{first + 2 * number}").geturl()


def _use_throwaway_files(config):
    folder = tempfile.TemporaryDirectory(prefix="magpie-files-")
    config.add_cleanup(folder.cleanup)
    for name in ("STATIC_ROOT", "MEDIA_ROOT", "PRIVATE_MEDIA_ROOT"):
        os.environ[name] = os.path.join(folder.name, name.lower())
        os.mkdir(os.environ[name])
    os.environ["STATIC_MANIFEST"] = "0"


@pytest.fixture(autouse=True, scope="session")
def _restored_rows():
    """Tests that commit begin with the rows that migrations made, and leave nothing else."""
    restorer = cache(Restorer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(lambda cls: restorer()))
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: restorer().restore())
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _webhooks_stay_at_home(settings):
    """Nothing listens in most tests; `shop.testing.wire` connects those that want to hear."""
    settings.SIMULATED_WEBHOOK_URL = ""


@pytest.fixture(autouse=True)
def _empty_cache():
    yield
    caches["default"].clear()
