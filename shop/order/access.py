"""Who may see an order: the account that placed it. Without one, whoever holds its key.

A guest's browser keeps the numbers of its orders in the session; a signed key,
sent by email, opens the same order anywhere. Everybody else learns nothing,
not even that there is such an order.
"""

from django.core import signing
from django.db.models import Q

from shop.order.models import Order

SALT = "shop.order.access"
SESSION_KEY = "orders"
REMEMBERED = 30


def visible_orders(request, key=""):
    """The orders that a request may see; `key` comes from a signed link."""
    numbers = [*request.session.get(SESSION_KEY, []), *_numbers_in(key)]
    visible = Q(user=None, number__in=numbers)
    if request.user.is_authenticated:
        visible |= Q(user=request.user)
    return Order.objects.filter(visible)


def remember_order(request, order):
    """Let the browser that placed a guest's order see it again."""
    if order.user_id is not None:
        return
    numbers = request.session.get(SESSION_KEY, [])
    if order.number not in numbers:
        request.session[SESSION_KEY] = [*numbers, order.number][-REMEMBERED:]


def key_of(order):
    """What a link to a guest's order carries, as `?key=`."""
    return signing.dumps(order.number, salt=SALT)


def _numbers_in(key):
    try:
        return [signing.loads(key, salt=SALT)] if key else []
    except signing.BadSignature:
        return []
