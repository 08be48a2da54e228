"""Where the shop may post to: the public internet, and nothing behind its own walls.

A name can lead anywhere, and elsewhere the next moment: it is looked up once, every address
that it leads to is judged, and the connection is made to the address that was judged.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 500
NAT64 = IPv6Network("64:ff9b::/96")
# Clouds' own services at addresses that are not marked as private.
METADATA = [IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24")]


class TargetRefused(Exception):
    """Nothing is posted there; `str()` says why, to whoever named it."""


class NoAddress(TargetRefused):
    """The name leads nowhere; that may pass."""


@dataclass(frozen=True)
class Target:
    """An address that was looked up and judged."""

    is_tls: bool
    host: str
    port: int
    address: str
    path: str

    @property
    def authority(self):
        """As the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def find(url) -> Target:
    """Where a URL leads, to be connected to as it is. Raises `TargetRefused`."""
    parts, port = _parsed(url)
    addresses = _looked_up(parts.hostname, port)
    if not settings.WEBHOOKS_ALLOW_PRIVATE and not all(map(is_public, addresses)):
        raise TargetRefused(_("This leads to a private address, where nothing is sent."))
    path = parts.path or "/"
    return Target(
        parts.scheme == "https",
        parts.hostname,
        port,
        addresses[0],
        f"{path}?{parts.query}" if parts.query else path,
    )


def validate(url):
    """For a field that keeps a target. Raises `ValidationError`."""
    try:
        find(url)
    except TargetRefused as refusal:
        raise ValidationError(str(refusal)) from None


def is_public(address):
    """Whether an address is out there, whatever IPv6 wraps it in."""
    ip = _unwrapped(ip_address(address))
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in METADATA)


def _unwrapped(ip: IPv4Address | IPv6Address):
    if ip.version == 4:
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1]) or ip


def _parsed(url):
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise TargetRefused(_("This is no address.")) from None
    if not parts.hostname or not _is_plain(url):
        raise TargetRefused(_("Write the whole address, as in https://example.com/hooks."))
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOKS_ALLOW_PRIVATE):
        raise TargetRefused(_("The address must begin with https://."))
    if parts.username is not None or parts.fragment:
        raise TargetRefused(_("Leave names, passwords and # out of the address."))
    return parts, port


def _is_plain(url):
    """Whatever else there is has to be percent-encoded, in a path, or punycode, in a name."""
    return len(url) <= LONGEST and url.isascii() and url.isprintable() and " " not in url


def _looked_up(host, port):
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoAddress(_("No such host was found.")) from None
    return [where[0].partition("%")[0] for *_how, where in found]
