"""Making promo codes: one call writes the voucher and Oscar's offer that does its work."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shop.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.offer.promo import Everything
from shop.voucher.models import Voucher
from shop.voucher.promo_codes import switch_off
from shop.voucher.terms import Kind, Terms, in_words

PROMO = "shop.offer.promo"
BENEFITS = {Kind.PERCENT: Benefit.PERCENTAGE, Kind.FIXED: Benefit.FIXED}
WORKERS = {Kind.PERCENT: f"{PROMO}.PercentOff", Kind.FIXED: f"{PROMO}.AmountOff"}
KINDS = {benefit: kind for kind, benefit in BENEFITS.items()}
# What `make_promo_code` is told of a voucher itself, by the voucher's names.
OWN_FIELDS = {
    "name": "name",
    "starts_at": "start_datetime",
    "ends_at": "end_datetime",
    "max_uses": "max_uses",
    "max_uses_per_user": "max_uses_per_user",
    "currency": "currency",
}
# What telling a code's terms asks the database for, however many codes there are.
TERMS = (
    "offers__condition",
    "offers__benefit__range__included_categories",
    "offers__benefit__range__included_products",
    "offers__locations",
)


def make_promo_code(
    code: str,
    name: str,
    kind: Kind | str,
    value: Decimal,
    *,
    starts_at: datetime,
    ends_at: datetime,
    max_uses: int | None = None,
    max_uses_per_user: int | None = None,
    max_uses_per_contact: int | None = None,
    currency: str = "",
    **terms,
) -> Voucher:
    """Make a promo code that takes a percentage or an amount off an order, once an order.

    With a currency its amounts are in that, and orders in another are refused.
    `terms` are the other fields of `Terms`: for which goods, where, from which total
    on, beside other codes or not. Raises `ValidationError`, by field.
    """
    voucher = Voucher(
        code=code.strip().upper(),
        name=name,
        start_datetime=starts_at,
        end_datetime=ends_at,
        max_uses=max_uses,
        max_uses_per_user=max_uses_per_user,
        max_uses_per_contact=max_uses_per_contact,
        currency=currency,
    )
    promised = Terms(_kind(kind), Decimal(value), **terms)
    voucher.full_clean()
    promised.check(currency)
    write(voucher, promised)
    return voucher


class CannotChange(Exception):
    """A promo code that is one of a set, or does what was not made here."""

    def __init__(self):
        super().__init__(_("This promo code is one of many alike, and changes with them alone."))


@transaction.atomic
def change_promo_code(voucher, **changes):
    """Change what is named of a promo code, as `make_promo_code` names it; returns it changed.

    Raises `ValidationError`, by field, and `CannotChange`.
    """
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    terms = terms_of(voucher)
    if voucher.voucher_set_id or terms is None:
        raise CannotChange
    for name, field in OWN_FIELDS.items():
        if name in changes:
            setattr(voucher, field, changes.pop(name))
    if "kind" in changes:
        changes["kind"] = _kind(changes["kind"])
    terms = replace(terms, **changes)
    if voucher.max_uses is not None and voucher.max_uses < voucher.num_orders:
        said = _("It has been used %(n)d times.") % {"n": voucher.num_orders}
        raise ValidationError({"max_uses": said})
    voucher.full_clean()
    terms.check(voucher.currency)
    write(voucher, terms)
    return voucher


@transaction.atomic
def end_promo_code(voucher):
    """Delete a promo code; one that orders have used is switched off, for they tell of it."""
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    if voucher.applications.exists():
        switch_off(Voucher.objects.filter(pk=voucher.pk))
    else:
        unmake([voucher.pk])


@transaction.atomic
def write(voucher, terms):
    """Save a promo code, new or changed, with an offer of these terms.

    A changed one keeps its count of uses, which orders move at any moment.
    """
    counted = {"num_orders", "num_basket_additions", "total_discount"}
    fields = [f.name for f in Voucher._meta.concrete_fields if not f.primary_key]
    voucher.save(update_fields=voucher.pk and [f for f in fields if f not in counted])
    offer = voucher.offers.select_related("benefit__range", "condition").first()
    voucher.offers.add(write_offer(offer, voucher.name, terms))


@transaction.atomic
def write_many(codes):
    """Save many promo codes, pairs of voucher and terms.

    New ones for all goods take a few statements, however many they are.
    """
    alike, others = [], []
    for voucher, terms in codes:
        is_alike = not voucher.pk and not terms.categories and not terms.products
        (alike if is_alike else others).append((voucher, terms))
    _write_alike(alike)
    for voucher, terms in others:
        write(voucher, terms)


def _write_alike(codes):
    """Insert promo codes for all goods, each with an offer of its own."""
    goods = _everything()
    benefits = Benefit.objects.bulk_create(_benefit(terms, goods) for _code, terms in codes)
    conditions = Condition.objects.bulk_create(_condition(terms, goods) for _code, terms in codes)
    offers = [
        # The slug is Oscar's, who would look for a free one row by row.
        _promise(ConditionalOffer(slug=uuid4().hex), voucher.name, terms, benefit, condition)
        for (voucher, terms), benefit, condition in zip(codes, benefits, conditions, strict=True)
    ]
    ConditionalOffer.objects.bulk_create(offers)
    Voucher.objects.bulk_create(voucher for voucher, _terms in codes)
    _bind(codes, offers)


def _bind(codes, offers):
    of_voucher, at_location = Voucher.offers.through, ConditionalOffer.locations.through
    bound = list(zip(codes, offers, strict=True))
    of_voucher.objects.bulk_create(
        of_voucher(voucher=voucher, conditionaloffer=offer) for (voucher, _terms), offer in bound
    )
    at_location.objects.bulk_create(
        at_location(conditionaloffer=offer, location=location)
        for (_voucher, terms), offer in bound
        for location in terms.locations
    )


def unmake(voucher_ids):
    """Delete promo codes that nobody has used, with the offers that are theirs alone."""
    offers = ConditionalOffer.objects.filter(vouchers__in=voucher_ids)
    offer_ids = list(offers.values_list("pk", flat=True))
    Voucher.objects.filter(pk__in=voucher_ids).delete()
    ConditionalOffer.objects.filter(pk__in=offer_ids, vouchers=None).delete()


def write_offer(offer, name, terms):
    """Save an offer of these terms, a new one where there is none yet; returns it."""
    offer = offer or ConditionalOffer()
    goods = _goods(offer, name, terms)
    benefit = _benefit(terms, goods, offer.benefit_id)
    condition = _condition(terms, goods, offer.condition_id)
    benefit.save()
    condition.save()
    _promise(offer, name, terms, benefit, condition).save()
    offer.locations.set(terms.locations)
    return offer


def _promise(offer, name, terms, benefit, condition):
    offer.benefit, offer.condition, offer.name = benefit, condition, name
    offer.offer_type = ConditionalOffer.VOUCHER
    offer.exclusive = not terms.combinable
    offer.max_basket_applications = 1
    return offer


def terms_of(voucher):
    """A promo code's terms, or None for an offer that was not made here."""
    offer = next(iter(voucher.offers.all()), None)
    if offer is None or offer.benefit.type not in KINDS:
        return None
    goods = offer.benefit.range
    asks_for_total = offer.condition.type == Condition.VALUE
    return Terms(
        KINDS[offer.benefit.type],
        offer.benefit.value,
        offer.condition.value if asks_for_total else None,
        categories=tuple(goods.included_categories.all()),
        products=tuple(goods.included_products.all()),
        locations=tuple(offer.locations.all()),
        combinable=not offer.exclusive,
    )


def said(voucher):
    """All that a promo code does, in a sentence."""
    terms = terms_of(voucher)
    return in_words(voucher, terms) if terms else _("an offer that was made elsewhere")


def _kind(kind):
    if kind not in Kind.values:
        raise ValidationError({"kind": _("A code takes a percentage off, or an amount.")})
    return Kind(kind)


def _goods(offer, name, terms):
    """The range of what the terms are for, the offer's own one if it has one."""
    if not terms.categories and not terms.products:
        return _everything()
    goods = offer.benefit.range if offer.pk else None
    if goods is None or goods.includes_all_products:
        goods = Range.objects.create(name=_unique_name(name))
    goods.included_categories.set(terms.categories)
    goods.included_products.set(terms.products)
    return goods


def _unique_name(name):
    # Where a code was for goods before, and for everything since, the old range keeps its name.
    number = Range.objects.filter(name__startswith=name[:100]).count()
    return f"{name[:100]} {number + 1}"


def _benefit(terms, goods, pk=None):
    return Benefit(
        pk=pk,
        range=goods,
        type=BENEFITS[terms.kind],
        value=terms.value,
        proxy_class=WORKERS[terms.kind],
    )


def _condition(terms, goods, pk=None):
    condition = Condition(pk=pk, range=goods)
    if terms.min_total is None:
        condition.type, condition.value = Condition.COUNT, 1
        condition.proxy_class = f"{PROMO}.SomethingFits"
    else:
        condition.type, condition.value = Condition.VALUE, terms.min_total
        condition.proxy_class = f"{PROMO}.FromTotal"
    return condition


def _everything():
    everything, _created = Range.objects.get_or_create(
        name=Everything.name,
        defaults={"includes_all_products": True, "proxy_class": f"{PROMO}.Everything"},
    )
    return everything
