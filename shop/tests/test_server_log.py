"""Whoever reads the web server's log can open nobody's order and set nobody's password."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import get_resolver, reverse
from gunicorn.config import Config

from shop.error_reports import scrubbed
from shop.launch import crew

ROOT = Path(__file__).resolve().parents[2]
KEY = "s3cretKey-0f:Somebody"


def config_of(arguments):
    config = Config()
    for name, value in vars(config.parser().parse_args(arguments)).items():
        if value is not None and name in config.settings:
            config.set(name, value)
    return config


def production():
    command = re.search(
        r"^CMD (\[.*\])", (ROOT / "Dockerfile").read_text(), re.MULTILINE | re.DOTALL
    )
    return ast.literal_eval(command[1].replace("\\\n", ""))[1:]


@pytest.fixture
def said(tmp_path):
    """What production's server writes down of a request, or of its crash."""
    config = config_of(production())
    logs = {name: tmp_path / name for name in ("accesslog", "errorlog")}
    for name, path in logs.items():
        config.set(name, str(path))
    logger = config.logger_class(config)

    def said(path, query="", *, crash=False):
        uri = f"{path}?{query}" if query else path
        environ = {
            "REQUEST_METHOD": "GET",
            "RAW_URI": uri,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_REFERER": f"https://shop.example{uri}",
        }
        if crash:
            logger.exception("Error handling request %s %s", "GET", uri)
        answer = SimpleNamespace(status="200 OK", sent=7, headers=[])
        logger.access(answer, SimpleNamespace(headers=[]), environ, timedelta(milliseconds=5))
        return "".join(log.read_text() for log in logs.values())

    yield said
    for log in (logger.access_log, logger.error_log):
        for handler in [*log.handlers]:
            log.removeHandler(handler)
            handler.close()


def routes(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern)
        else:
            yield pattern


KEYS = {"key": KEY, "token": KEY, "uidb36": "1z", "uidb64": "MQ"}


def key_bearing():
    """Every address of the shop with a key in it, as it would be called."""
    return [
        reverse(route.name, kwargs={name: KEYS[name] for name in route.pattern.regex.groupindex})
        for route in routes()
        if {"key", "token"} & route.pattern.regex.groupindex.keys()
    ]


def test_every_address_with_a_key_is_known():
    assert len(key_bearing()) >= 3
    for path in key_bearing():
        assert KEY in path
        assert KEY not in scrubbed(f"Not Found: {path}")


def test_the_log_says_which_page_and_not_with_which_key(said):
    for path in key_bearing():
        assert "s3cret" not in said(path, crash=True)
    line = said("/accounts/password/reset/key/1z-s3cret/")
    assert '"GET /accounts/password/reset/key/[key]/" 200' in line


def test_the_log_has_no_query(said):
    text = said("/orders/ABC/", f"key={KEY}&seen=x", crash=True)
    assert '"GET /orders/ABC/" 200' in text
    assert "s3cret" not in text
    assert "s3cret" not in said("/backoffice/pickup/", f"x=1&code={KEY}", crash=True)


def test_a_page_without_a_key_is_written_as_it_is(said):
    text = said("/accounts/password/reset/key/done/") + said("/back-in-stock/")
    assert "/accounts/password/reset/key/done/" in text
    assert "/back-in-stock/ " in text.replace('"', " ")


def test_the_server_of_make_run_is_no_more_talkative(monkeypatch, tmp_path):
    commands = []
    monkeypatch.setattr(crew, "start", lambda _name, command, **_where: commands.append(command))
    crew.web(8000, logs=tmp_path)
    [command] = commands
    assert config_of(command[4:]).logger_class.__name__ == "ServerLogger"
