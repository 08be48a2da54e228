"""Goods that come or go together, as lines: scanned, typed, or pasted from a spreadsheet."""

from dataclasses import dataclass

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from backoffice.typed import NotTyped, typed_steps
from shop.catalogue.units import plain
from shop.partner.models import StockRecord

# A browser sends two fields of each, and the server reads a thousand fields.
MOST_LINES = 400
# What a scanner's beep is as a quantity: one step more.
ONE_MORE = "+"


@dataclass
class Line:
    """A SKU and a quantity as they were typed, and what they mean or why they mean nothing."""

    sku: str
    typed: str
    record: StockRecord | None = None
    steps: int = 0
    sign: int = 1
    error: str = ""

    @property
    def product(self):
        return self.record.product

    @property
    def quantity(self):
        return self.product.format_steps(self.steps)

    @property
    def now(self):
        return self.product.format_steps(self.record.num_in_stock)

    @property
    def then(self):
        return self.product.format_steps(max(0, self.record.num_in_stock + self.sign * self.steps))

    @property
    def unit(self):
        return "" if self.product.unit == "piece" else self.product.get_unit_display()


def typed(form):
    """Pairs of SKU and quantity out of a posted form, and whether they are too many.

    What was pasted comes behind the lines, or stays in its field where it does not fit.
    """
    lines = list(zip(form.getlist("sku"), form.getlist("quantity"), strict=False))
    pasted = list(_pasted(form.get("pasted", "")))
    too_many = len(lines) + len(pasted) > MOST_LINES
    pairs = lines if too_many else lines + pasted
    return [(sku.strip(), quantity) for sku, quantity in pairs if sku.strip()], too_many


def read(pairs, records, sign=1):
    """What was typed as lines, one a product; only what is among `records` can be meant."""
    known = _known({sku.upper() for sku, _quantity in pairs}, records)
    return _merged(_line(sku, text, known.get(sku.upper()), sign) for sku, text in pairs)


def demands(lines):
    return [(line.record.pk, line.steps) for line in lines]


def _pasted(text):
    """`SKU<TAB>quantity`, or `SKU quantity`, or a SKU alone for one of it."""
    for row in text.splitlines():
        sku, _gap, quantity = row.strip().replace(";", "\t").partition("\t")
        if not quantity:
            sku, _gap, quantity = sku.rpartition(" ") if " " in sku else (sku, "", "")
        yield sku, quantity.strip() or ONE_MORE


def _known(skus, records):
    found = records.annotate(sku=Upper("product__upc")).filter(sku__in=skus)
    return {record.sku: record for record in found.select_related("product")}


def _line(sku, typed, record, sign):
    if record is None:
        return Line(sku, typed, error=_("Nothing with this SKU is offered here."))
    line = Line(record.product.sku, typed, record, sign=sign)
    try:
        line.steps = 1 if typed == ONE_MORE else typed_steps(typed, record.product)
    except NotTyped as refusal:
        line.error = refusal.why
    else:
        line.error = "" if line.steps else _("Type how much it is, or take the line away.")
    return line


def _merged(lines):
    """One line a product, in the order of their first mention; what is wrong stays by itself."""
    merged = {}
    for number, line in enumerate(lines):
        key = number if line.error else f"record {line.record.pk}"
        if key in merged:
            merged[key].steps += line.steps
        else:
            merged[key] = line
    for line in merged.values():
        if not line.error:
            line.typed = plain(line.product.quantity(line.steps))
    return list(merged.values())
