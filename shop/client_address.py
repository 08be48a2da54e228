"""Whose request it is, as limits by address count it; nobody can choose it by a header.

Each proxy writes down, at the right end of X-Forwarded-For, who called it. So the
list is read from there, and only for as long as it was written by one of
`TRUSTED_PROXIES`: what stands further left is what a stranger says.
"""

from ipaddress import IPv6Network, ip_address

from django.conf import settings

# Whoever has one address of these many has all of them.
VISITOR_PREFIX = 64


def client_address(request):
    """The client's address, of IPv6 its network's, or "" where the server does not know it."""
    address = None
    for hop in _hops(request):
        try:
            address = _parsed(hop)
        except ValueError:
            break
        if not any(address in network for network in settings.TRUSTED_PROXIES):
            break
    return _as_counted(address) if address else ""


def _hops(request):
    """From the nearest one outwards."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return [request.META.get("REMOTE_ADDR", ""), *reversed(forwarded)]


def _parsed(hop):
    address = ip_address(hop.strip())
    return getattr(address, "ipv4_mapped", None) or address


def _as_counted(address):
    if address.version == 4:
        return str(address)
    return str(IPv6Network((int(address), VISITOR_PREFIX), strict=False).network_address)
