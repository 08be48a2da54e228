"""What goes into a basket and out of it. Quantities are the product's steps."""

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from shop.basket.models import Basket, Line
from shop.partner.models import StockRecord


class BasketRefused(Exception):
    """A basket cannot take this; `str()` says why, in the shopper's words."""


class NoLocation(BasketRefused):
    def __init__(self):
        super().__init__(_("Choose where you will collect first."))


class NotOfferedHere(BasketRefused):
    def __init__(self, product, location):
        super().__init__(
            _("%(location)s does not offer %(product)s.")
            % {"location": location.name, "product": product.title}
        )


class NotEnough(BasketRefused):
    """More was wanted than is there; `left` is in steps."""

    def __init__(self, product, left):
        self.product, self.left = product, left
        values = {"product": product.title, "left": product.format_steps(left)}
        super().__init__(
            _("Only %(left)s of %(product)s are left here.") % values
            if left > 0
            else _("%(product)s is sold out here.") % values
        )


class NotAQuantity(BasketRefused):
    def __init__(self, product):
        super().__init__(
            _("Choose at least %(step)s of %(product)s.")
            % {"step": product.format_steps(1), "product": product.title}
        )


class BasketGone(BasketRefused):
    """The basket was ordered meanwhile, in another tab perhaps."""

    def __init__(self):
        super().__init__(_("This basket has been ordered already."))


@transaction.atomic
def add(basket, product, steps):
    """Put steps of a product into a basket, on top of what is there; returns the line.

    Raises `BasketRefused`. Nothing is reserved: that happens when the order is placed.
    """
    if steps < 1:
        raise NotAQuantity(product)
    _hold(basket)
    record = _record_for(basket, product)
    line = basket.lines.filter(stockrecord=record).first()
    wanted = steps + (line.quantity if line else 0)
    _check_enough(product, record, wanted)
    if line is None:
        return _new_line(basket, product, record, steps)
    Line.objects.filter(pk=line.pk).update(quantity=F("quantity") + steps)
    line.refresh_from_db(fields=["quantity"])
    return line


@transaction.atomic
def set_steps(basket, line, steps):
    """Make a line this many steps, or remove it with none. Raises `BasketRefused`."""
    _hold(basket)
    if steps <= 0:
        line.delete()
        return
    _check_enough(line.product, line.stockrecord, steps)
    Line.objects.filter(pk=line.pk).update(quantity=steps)


@transaction.atomic
def move_to(basket, location):
    """Re-price a basket for another location.

    Lines of products that are not offered there leave it; returns their products.
    """
    if basket.pk is None:
        basket.location = location
        return []
    _hold(basket)
    basket.location = location
    Basket.objects.filter(pk=basket.pk).update(location=location)
    there = {
        r.product_id: r for r in offered_at(location).filter(product__basket_lines__basket=basket)
    }
    missing = []
    for line in basket.lines.select_related("product"):
        record = there.get(line.product_id)
        if record is None:
            missing.append(line.product)
            line.delete()
        else:
            Line.objects.filter(pk=line.pk).update(
                stockrecord=record, **_line_values(line.product, record)
            )
    basket.reset_offer_applications()
    return missing


@transaction.atomic
def move_all_to(basket, location):
    """As `move_to`, but with all that is in it or not at all. Raises `NotOfferedHere`."""
    if missing := move_to(basket, location):
        raise NotOfferedHere(missing[0], location)


def begin_where_sold(basket, product):
    """Give a basket without a location the first one that has a product. Raises `NoLocation`."""
    selling = offered_anywhere().select_related("partner__location")
    selling = selling.filter(product=product, partner__location__is_active=True)
    has_some = ExpressionWrapper(Q(num_in_stock__gt=F("num_allocated")), BooleanField())
    record = selling.order_by(has_some.desc(), "partner_id").first()
    if record is None:
        raise NoLocation
    move_to(basket, record.partner.location)


@transaction.atomic
def empty(basket):
    """Take everything out of a basket, promo codes as well."""
    if basket.pk is None:
        return
    _hold(basket)
    basket.lines.all().delete()
    basket.vouchers.clear()


@transaction.atomic
def bring_back(submitted):
    """Copy a submitted basket's lines into the one its shopper goes on with; returns that.

    Goods already in there decide its location: what is not offered there stays behind.
    """
    basket = _next_basket(submitted)
    if not basket.lines.exists():
        basket.location = submitted.location
        Basket.objects.filter(pk=basket.pk).update(location=submitted.location)
    lines = submitted.lines.select_related("product")
    there = {
        r.product_id: r
        for r in offered_at(basket.location).filter(product__basket_lines__basket=submitted)
    }
    for line in lines:
        if record := there.get(line.product_id):
            _bring_back_line(line, basket, record)
    _bring_back_codes(submitted, basket)
    Basket.objects.filter(pk=submitted.pk).update(returned_to=basket)
    return basket


def _bring_back_line(line, basket, record):
    """Goods that are in there already stay as many as they are."""
    values = _line_values(line.product, record)
    brought, is_new = Line.objects.get_or_create(
        basket=basket,
        line_reference=values.pop("line_reference"),
        defaults=values
        | {"product": line.product, "stockrecord": record, "quantity": line.quantity},
    )
    if is_new:
        Line.objects.filter(pk=line.pk).update(returned_as=brought)


def _bring_back_codes(submitted, basket):
    there = basket.vouchers.values("pk")
    codes = list(submitted.vouchers.exclude(pk__in=there))
    basket.vouchers.add(*codes)
    submitted.returned_codes.set(codes)


@transaction.atomic
def undo_bring_back(submitted):
    """Take what bringing it back put into a basket out of it again, and nothing else.

    What its shopper has taken out of there meanwhile, or put in on top, is theirs to say.
    Raises `BasketGone` if that one is no longer open: it was ordered meanwhile, perhaps.
    """
    if submitted.returned_to_id is None:
        return
    _hold(submitted.returned_to)
    for line in submitted.lines.exclude(returned_as=None):
        brought = Line.objects.filter(pk=line.returned_as_id, basket=submitted.returned_to_id)
        brought.filter(quantity__lte=line.quantity).delete()
        brought.update(quantity=F("quantity") - line.quantity)
    submitted.returned_to.vouchers.remove(*submitted.returned_codes.all())


def basket_of_account(owner_id, location_id):
    """An account's open basket, made if it has none. Locked: nobody orders it meanwhile."""
    basket, _created = Basket.open.select_for_update(of=("self",)).get_or_create(
        owner_id=owner_id, status=Basket.OPEN, defaults={"location_id": location_id}
    )
    return basket


def _next_basket(submitted):
    """The basket that a shopper went on with, locked: what was ordered meanwhile has one too."""
    if submitted.owner_id:
        return basket_of_account(submitted.owner_id, submitted.location_id)
    basket, _created = Basket.objects.select_for_update(of=("self",)).get_or_create(
        predecessor=submitted, defaults={"location_id": submitted.location_id}
    )
    return basket if basket.status == Basket.OPEN else _next_basket(basket)


def offered_at(location):
    return offered_anywhere().filter(partner_id=location.pk).select_related("partner")


def offered_anywhere():
    return StockRecord.objects.filter(price__isnull=False, product__is_public=True)


def _record_for(basket, product):
    if basket.location is None:
        raise NoLocation
    record = offered_at(basket.location).filter(product=product).first()
    if record is None:
        raise NotOfferedHere(product, basket.location)
    return record


def _hold(basket):
    """Save a new basket, lock a saved one: it must not be ordered while it changes.

    Another tab may have moved it to another location: its row says where it is.
    """
    if basket.pk is None:
        _save_new(basket)
    rows = Basket.open.select_for_update(of=("self",)).filter(pk=basket.pk)
    row = rows.values("location_id").first()
    if row is None:
        raise BasketGone
    basket.location_id = row["location_id"]
    basket.reset_offer_applications()


def _save_new(basket):
    if basket.owner_id:
        same = {"owner_id": basket.owner_id, "status": Basket.OPEN}
    elif basket.predecessor_id:
        same = {"predecessor_id": basket.predecessor_id}
    else:
        basket.save()
        return
    # Two tabs may put something into a shopper's next basket at once: one of them makes it.
    mine = [Basket(**same, location=basket.location)]
    Basket.objects.bulk_create(mine, ignore_conflicts=True)
    basket.pk = Basket.objects.values_list("pk", flat=True).get(**same)
    basket._state.adding = False


def _check_enough(product, record, wanted):
    limit = min(record.net_stock_level, settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD)
    if wanted > limit:
        raise NotEnough(product, limit)


def _new_line(basket, product, record, steps):
    return Line.objects.create(
        basket=basket,
        product=product,
        stockrecord=record,
        quantity=steps,
        **_line_values(product, record),
    )


def _line_values(product, record):
    return {
        "line_reference": f"{product.pk}_{record.pk}",
        "price_currency": record.price_currency,
        "price_incl_tax": record.price,
    }
