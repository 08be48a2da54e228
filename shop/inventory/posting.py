"""What sellers put up themselves: a product, its price where they sell, and what lies there."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from shop.audit.models import Action
from shop.audit.trail import differences, fields_of, record
from shop.catalogue.models import Category, Product, ProductClass
from shop.catalogue.pictures import keep_picture
from shop.catalogue.skus import SkuTaken, is_taken
from shop.catalogue.units import NotAStep
from shop.inventory import offers, stock
from shop.inventory.quantities import NotAQuantity, countable
from shop.locations.models import Location


@dataclass(frozen=True)
class Posting:
    """What is said about a product; what is left out stays as it is.

    `values` are the product's own fields. Without a location, a price is meant for wherever
    its seller sells in the shop's main currency.
    """

    values: dict = field(default_factory=dict)
    category: Category | None = None
    picture: File | None = None
    price: Decimal | None = None
    location: Location | None = None
    stock_quantity: Decimal | None = None


class NotYourLocation(Exception):
    """Somebody would sell where they do not work."""


@transaction.atomic
def post(sku, posting, *, actor):
    """Raises `SkuTaken`, `NotYourLocation`, and `ValidationError` by field."""
    product = Product(upc=sku, product_class=_goods(), seller=_seller(actor))
    _take(product, posting, actor)
    product.slug = slugify(product.title) or "product"
    _add(product)
    record(product, actor, action=Action.ADDED)
    _file_and_offer(product, posting, actor)
    return product


@transaction.atomic
def revise(product, posting, *, actor):
    """Raises `NotYourLocation`, and `ValidationError` by field."""
    product = Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)
    before = fields_of(product)
    _take(product, posting, actor)
    if faults := _faults_of_measure(product, before):
        raise ValidationError(faults)
    changes = differences(before, fields_of(product))
    if changes:
        product.save()
        record(product, actor, changes)
    _file_and_offer(product, posting, actor)
    return product


@transaction.atomic
def withdraw(product, *, actor):
    """Take a product out of the shop; orders and the ledger keep it."""
    product = Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)
    before = fields_of(product)
    product.is_public = False
    product.save(update_fields=["is_public", "date_updated"])
    record(product, actor, differences(before, fields_of(product)), action=Action.DELETED)


def _add(product):
    if is_taken(product.upc):
        raise SkuTaken
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError as clash:
        raise SkuTaken from clash


def _take(product, posting, actor):
    for name, value in posting.values.items():
        setattr(product, name, value)
    if posting.picture:
        try:
            product.image = keep_picture(posting.picture, product.title, actor)
        except ValidationError as fault:
            raise ValidationError({"image": fault.messages}) from fault
    elif posting.values.get("image_url"):
        # It has one picture: the one that was named last.
        product.image = None


def _faults_of_measure(product, before):
    """Stock is counted in steps: another step would change what was counted."""
    if not product.stockrecords.exists():
        return {}
    fixed = {name: Product._meta.get_field(name) for name in ("unit", "step")}
    return {
        name: [_("Its stock is counted in its unit and step: they stay.")]
        for name, its_field in fixed.items()
        if getattr(product, name) != before[its_field]
    }


def _file_and_offer(product, posting, actor):
    if posting.category:
        product.categories.set([posting.category])
    if posting.price is not None or posting.stock_quantity is not None:
        _offer(product, posting, actor)


def _offer(product, posting, actor):
    places = _places(product, posting.location, actor)
    if posting.stock_quantity is not None and len(places) != 1:
        raise ValidationError({"location": [_("Say at which location that much of it lies.")]})
    steps = _steps(product, posting.stock_quantity)
    here = {record.partner_id: record for record in product.stockrecords.all()}
    for place in sorted(places, key=lambda place: place.pk):
        if place.pk in here:
            amended = offers.Amendment(posting.price, in_stock=steps, reason=_("Told anew"))
            offers.amend(here[place.pk], amended, actor=actor)
        else:
            _open(product, place, posting.price, steps, actor)


def _open(product, place, price, steps, actor):
    if price is None:
        raise ValidationError({"price": [_("It is missing, and it is not offered there yet.")]})
    opened = offers.offer(product, place, price)
    if steps:
        stock.receive([(opened.pk, steps)], actor=actor, reason=_("First delivery"))


def _places(product, location, actor):
    """Where a price is meant for: at the one location, or wherever its seller sells it."""
    mine = Location.objects.open_to_shoppers().visible_to(actor)
    if location is not None:
        if not mine.filter(pk=location.pk).exists():
            raise NotYourLocation
        return [location]
    places = list(mine.filter(stockrecords__product=product).distinct()) or list(mine)
    if not places:
        raise ValidationError({"location": [_("You do not sell anywhere yet.")]})
    main = [place for place in places if place.currency == settings.OSCAR_DEFAULT_CURRENCY]
    return main or [place for place in places if place.currency == places[0].currency]


def _steps(product, quantity):
    if not quantity:
        return None if quantity is None else 0
    try:
        return countable(product.steps(quantity))
    except (NotAStep, NotAQuantity) as fault:
        raise ValidationError({"stock_quantity": [str(fault)]}) from fault


def _goods():
    return ProductClass.objects.get_or_create(name="Goods")[0]


def _seller(actor):
    return None if actor.has_perm("catalogue.see_every_product") else actor
