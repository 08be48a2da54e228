"""One attempt at posting: to the address that was judged, within a time, and following nobody."""

import socket
import ssl
from contextlib import closing, contextmanager, suppress
from functools import cache
from threading import Event, Timer

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from shop.subscriptions import targets
from shop.subscriptions.models import Fault
from shop.subscriptions.targets import NoAddress, TargetRefused

PATIENCE_SECONDS = 5
# For a whole answer, however slowly a target goes on saying something.
LONGEST_SECONDS = 10


class NotDelivered(Exception):
    def __init__(self, fault, status=None):
        self.fault, self.status = fault, status
        super().__init__(fault)


def post(url, body: bytes, headers) -> int:
    """The status of an answer that accepts the body. Raises `NotDelivered`."""
    try:
        status = _answer(targets.find(url), body, headers)
    except (OSError, HTTPError, ValueError, TargetRefused) as error:
        raise NotDelivered(_fault(error)) from None
    if 300 <= status < 400:
        raise NotDelivered(Fault.REDIRECT, status)
    if not 200 <= status < 300:
        raise NotDelivered(Fault.STATUS, status)
    return status


def _answer(target, body, headers):
    """Of an answer only its status counts: the rest is not read, so no length of it can harm."""
    with closing(_connection_to(target)) as connection:
        connection.connect()
        with _hanging_up(connection.sock, LONGEST_SECONDS):
            headers = {"Host": target.authority, **headers}
            connection.request("POST", target.path, body, headers, preload_content=False)
            return connection.getresponse().status


def _connection_to(target):
    where = {"host": target.address, "port": target.port, "timeout": PATIENCE_SECONDS}
    if not target.is_tls:
        return HTTPConnection(**where)
    # The certificate has to be the name's, although only its address is connected to.
    return HTTPSConnection(**where, server_hostname=target.host, ssl_context=_trust())


@contextmanager
def _hanging_up(sock, seconds):
    """Patience is counted anew with each byte: this ends it all, whatever trickles in."""
    is_late = Event()
    timer = Timer(seconds, _hang_up, [sock, is_late])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        # Whatever was read by then, or went wrong, is no answer.
        if is_late.is_set():
            raise TimeoutError


def _hang_up(sock, is_late):
    is_late.set()
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


@cache
def _trust():
    """The machine's own authorities, and those that browsers trust."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _fault(error):
    faults = {
        NoAddress: Fault.NO_HOST,
        TargetRefused: Fault.PRIVATE,
        NewConnectionError: Fault.AWAY,
        TimeoutError: Fault.TIMEOUT,
        ConnectTimeoutError: Fault.TIMEOUT,
        SSLError: Fault.TLS,
        ssl.SSLError: Fault.TLS,
    }
    return next((fault for kind, fault in faults.items() if isinstance(error, kind)), Fault.AWAY)
