"""A whole shop as `make run` starts it, and a browser to use it with.

The browser skips where no Chromium is found, unless `BROWSER_TESTS=required`.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from shop.demo.logins import DEMO_LOGINS
from shop.embedded import free_port
from shop.testing.databases import copy_of_migrated

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPENS_WITHIN = 300
LOGINS = {login.role: login for login in DEMO_LOGINS}


@pytest.fixture(scope="session")
def chromium_path():
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None and os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail("No Chromium was found, and BROWSER_TESTS=required asks for one.")
    if found is None:
        pytest.skip("No Chromium was found: what a browser would see is not tested.")
    return found


@pytest.fixture(scope="session")
def shop_address(tmp_path_factory):
    """The address of a running demo shop: web server, worker and beat, each its own process.

    It is as `make run` opens it beside a PostgreSQL that has tables already.
    """
    home, port = tmp_path_factory.mktemp("shop"), free_port()
    named = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "STATIC_MANIFEST")
    files = ("STATIC_ROOT", "MEDIA_ROOT", "PRIVATE_MEDIA_ROOT")
    env = {name: value for name, value in os.environ.items() if name not in (*named, *files)}
    env |= {"MAGPIE_VAR": str(home / "var"), "PORT": str(port)}
    with copy_of_migrated(os.environ["DATABASE_URL"]) as url:
        launcher = _launch(env | {"DATABASE_URL": url}, home / "output")
        try:
            _wait_until_open(launcher, home / "output")
            yield f"http://localhost:{port}"
        finally:
            launcher.send_signal(signal.SIGINT)
            launcher.wait(60)


@pytest.fixture(scope="module")
def browser(chromium_path):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, shop_address):
    """Opens a page of its own for each person who visits, on a phone or at a desk."""
    contexts = []

    def open_page(*, width=1280, **options):
        context = browser.new_context(
            base_url=shop_address, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()


def log_in(page, role, field="login"):
    """Log in with a demo account where it belongs."""
    login = LOGINS[role]
    page.goto(login.where)
    page.locator(f"[name={field}]").fill(login.email)
    page.locator("[name=password]").fill(login.password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login/).*$"))


def _launch(env, output):
    command = [sys.executable, "-m", "shop.launch"]
    with output.open("wb") as file:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=subprocess.STDOUT)


def _wait_until_open(launcher, output):
    deadline = time.monotonic() + OPENS_WITHIN
    while b"Magpie is open" not in output.read_bytes():
        if launcher.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The shop did not open:\n{output.read_text()}")
        time.sleep(0.2)
