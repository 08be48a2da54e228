"""Nothing is posted behind the shop's own walls, whatever leads there."""

import socket
import ssl
import time
from contextlib import closing
from datetime import timedelta
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError
from django.utils import timezone

from shop.subscriptions import targets, wire
from shop.subscriptions.models import Fault, Subscription
from shop.subscriptions.targets import TargetRefused
from shop.subscriptions.wire import NotDelivered
from shop.testing.subscribers import program

BODY = b'{"sequence": 1, "type": "order.paid"}'

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.8", "172.16.3.1", "192.168.1.1", "0.0.0.0"),
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.8", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
]


@pytest.fixture
def strict(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False


@pytest.fixture
def names(monkeypatch):
    """What names lead to, each time that they are looked up."""

    def names(*answers):
        found, really = list(answers), socket.getaddrinfo

        def look_up(host, port, *args, **kwargs):
            if host[0].isdigit():
                return really(host, port, *args, **kwargs)
            address = found.pop(0) if len(found) > 1 else found[0]
            several = address if isinstance(address, list) else [address]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in several]

        monkeypatch.setattr(targets.socket, "getaddrinfo", look_up)

    return names


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(strict, address):
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(TargetRefused):
        targets.find(f"https://{host}/hooks")


@pytest.mark.parametrize("written", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_other_ways_to_write_them_are_too(strict, written):
    with pytest.raises(TargetRefused):
        targets.find(f"https://{written}/hooks")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_ones_are_not(strict, address):
    host = f"[{address}]" if ":" in address else address
    assert targets.find(f"https://{host}:8443/a?b=c").address == address


def test_a_name_of_which_one_address_is_private_is_refused(strict, names):
    names(["93.184.216.34", "10.0.0.8"])
    with pytest.raises(TargetRefused):
        targets.find("https://hooks.example/")


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "https://user:word@93.184.216.34/",
        "https://93.184.216.34/#part",
        "https://93.184.216.34:99999/",
        "https://",
        "hooks",
        "https://93.184.216.34/\r\nX-Evil: 1",
        "https://93.184.216.34/ä",
        "https://93.184.216.34/" + "a" * 500,
    ],
)
def test_what_is_no_address_to_post_to_is_refused(strict, url):
    with pytest.raises(TargetRefused):
        targets.find(url)


def test_a_form_says_so_at_its_field(strict):
    with pytest.raises(ValidationError) as refused:
        Subscription(name="Till", url="https://127.0.0.1/").clean_fields(exclude=["events"])
    assert "private address" in str(refused.value.error_dict["url"])


def test_a_name_that_leads_home_by_now_is_refused_when_something_is_sent(strict, names):
    """It was public when it was saved: it is looked up again, and judged again."""
    names("93.184.216.34", "127.0.0.1")
    targets.validate("https://hooks.example/")
    assert fault_of("https://hooks.example/") == (Fault.PRIVATE, None)


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(names, settings):
    """A name that answers each look-up with another address is looked up once."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with program() as till:
        names("127.0.0.1", "203.0.113.9")
        port = till.url.split(":")[2].partition("/")[0]
        assert wire.post(f"http://hooks.example:{port}/", BODY, {}) == 200
    headers, _told = till.told[0]
    assert headers["Host"] == f"hooks.example:{port}"


def test_redirects_are_not_followed():
    with program() as home, program(302) as till:
        till.location = home.url
        assert fault_of(till.url) == (Fault.REDIRECT, 302)
        assert home.told == []


@pytest.mark.parametrize("status", [400, 404, 410, 500, 503])
def test_only_2xx_accepts(status):
    with program(204, status) as till:
        assert wire.post(till.url, BODY, {}) == 204
        assert fault_of(till.url) == (Fault.STATUS, status)


def test_nobody_there():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert fault_of(f"http://127.0.0.1:{port}/") == (Fault.AWAY, None)
    assert fault_of("http://nowhere.invalid/") == (Fault.NO_HOST, None)


@pytest.mark.parametrize(
    ("said", "pause"), [(b"", 60), (b"HTTP/1.1 200 OK\r\nX-Slow: ", 0.05)], ids=["silence", "drip"]
)
def test_a_target_that_never_ends_is_hung_up_on(monkeypatch, said, pause):
    monkeypatch.setattr(wire, "PATIENCE_SECONDS", 0.4)
    monkeypatch.setattr(wire, "LONGEST_SECONDS", 0.6)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        Thread(target=_drip, args=(server, said, pause), daemon=True).start()
        began = time.monotonic()
        found = fault_of(f"http://127.0.0.1:{server.getsockname()[1]}/")
    assert found == (Fault.TIMEOUT, None)
    assert time.monotonic() - began < 3


def test_an_endless_answer_is_not_read():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        head = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000
        Thread(target=_drip, args=(server, head, 0.05), daemon=True).start()
        assert wire.post(f"http://127.0.0.1:{server.getsockname()[1]}/", BODY, {}) == 200


def test_https_by_the_name_at_the_judged_address(names, tmp_path, monkeypatch):
    certificate = _certificate("hooks.example", tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with program(tls=context) as till:
        port = till.url.split(":")[2].partition("/")[0]
        names("127.0.0.1")
        monkeypatch.setattr(wire, "_trust", lambda: ssl.create_default_context())
        assert fault_of(f"https://hooks.example:{port}/") == (Fault.TLS, None)
        trust = ssl.create_default_context(cafile=certificate)
        monkeypatch.setattr(wire, "_trust", lambda: trust)
        assert fault_of(f"https://another.example:{port}/") == (Fault.TLS, None)
        assert wire.post(f"https://hooks.example:{port}/", BODY, {}) == 200


def fault_of(url):
    with pytest.raises(NotDelivered) as refusal:
        wire.post(url, BODY, {})
    return refusal.value.fault, refusal.value.status


def _drip(server, said, pause):
    """An answer that never ends, a byte at a time."""
    try:
        caller, _where = server.accept()
        with closing(caller):
            caller.sendall(said)
            while True:
                time.sleep(pause)
                caller.sendall(b".")
    except OSError:
        """They hung up."""


def _certificate(name, folder):
    """A certificate of a name, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "certificate.pem"
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path
