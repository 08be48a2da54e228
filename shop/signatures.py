"""How the shop signs what it posts to other programs: a time, and a digest of it with the body.

`t=1764061200,v1=…`: v1 is the hexadecimal HMAC-SHA256 of the time, a dot and the body, as
Stripe signs. Whoever checks it compares in constant time, and refuses what is too old.
"""

import hashlib
import hmac
import re
import time

FORMAT = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def signature(body: bytes, secret: str) -> str:
    now = int(time.time())
    return f"t={now},v1={digest(now, body, secret)}"


def digest(signed_at: int, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), b"%d.%b" % (signed_at, body), hashlib.sha256).hexdigest()
