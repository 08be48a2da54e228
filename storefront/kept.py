"""What is kept in the cache until something that it was made of changes."""

import hashlib
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language

from storefront.versions import SHOP, versions

# Nobody needs it any more by then: it makes room, and nothing waits for it.
A_DAY = 24 * 60 * 60
MADE_OF = ("templates", "storefront", "shop")
KINDS = (".html", ".py", ".css", ".js", ".svg", ".mo")


def kept(request, name, make):
    """What `make` gives, of the shop's pages, names and places; stock is another matter."""
    key = key_of(name, versions(request).get(SHOP, 0))
    value = cache.get(key)
    if value is None:
        value = make()
        cache.set(key, value, A_DAY)
    return value


def key_of(*parts):
    return ":".join(map(str, ("storefront", _release(), get_language(), *parts)))


@once
def _release():
    """Another one for other templates, code and words: nothing that was drawn before is shown."""
    digest = hashlib.sha256()
    for folder in MADE_OF:
        for path in sorted(Path(settings.BASE_DIR / folder).rglob("*.*")):
            if path.suffix in KINDS:
                digest.update(f"{path} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]
