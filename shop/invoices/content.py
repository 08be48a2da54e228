"""What an invoice and a credit note say, as plain data; amounts and rates are decimal strings.

Both: `seller`, `order`, `lines`, `vat`. An invoice also `discounts`, `shipping`,
`paid_on`; a credit note also `invoice` and `beside`, money that is for no line.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def of_invoice(order, paid_on):
    lines = list(order.lines.order_by("pk"))
    return {
        "seller": _seller(order),
        "order": order.number,
        "lines": [_line(line) for line in lines],
        "discounts": [
            {"name": discount.offer_name, "code": discount.voucher_code, "amount": _text(amount)}
            for discount in order.discounts.order_by("pk")
            if (amount := discount.amount)
        ],
        "shipping": _text(order.shipping_incl_tax),
        "vat": _vat(order, lines),
        "paid_on": paid_on.isoformat(),
    }


def of_credit_note(refund, invoice, earlier):
    """`earlier` are the credit notes that the invoice has already."""
    parts = list(refund.lines.select_related("line"))
    beside = refund.amount - sum((part.amount for part in parts), NOTHING)
    return {
        "seller": invoice.content["seller"],
        "order": invoice.content["order"],
        "invoice": invoice.number,
        "lines": [_given_back(part) for part in parts],
        "beside": _text(beside),
        "vat": _vat_back(refund.amount, parts, invoice, earlier),
    }


def _seller(order):
    location = order.location
    return {
        "name": order.location_name,
        "legal_name": location.legal_name,
        "tax_number": location.tax_number,
        "address": order.location_address,
        "country": location.country_name,
    }


def _line(line):
    return {
        **_goods(line),
        "quantity": _text(line.quantity_in_unit),
        "unit_price": _text(line.unit_price_incl_tax),
        "amount": _text(line.line_price_before_discounts_incl_tax),
    }


def _given_back(part):
    quantity = part.steps * part.line.step
    return {**_goods(part.line), "quantity": _text(quantity), "amount": _text(part.amount)}


def _goods(line):
    return {
        "title": line.title,
        "sku": line.upc or line.partner_sku,
        "unit": line.unit,
        "rate": _text(line.vat_rate),
    }


def _vat(order, lines):
    """Gross and net by rate, as the order has them: nothing is computed anew."""
    sums = defaultdict(lambda: (NOTHING, NOTHING))
    for line in lines:
        _add(sums, line.vat_rate, line.line_price_incl_tax, line.line_price_excl_tax)
    if order.shipping_incl_tax:
        # As it was then: all lines are of one location.
        rate = lines[0].vat_rate
        _add(sums, rate, order.shipping_incl_tax, order.shipping_excl_tax)
    return [_rate(rate, gross, gross - net) for rate, (gross, net) in sorted(sums.items())]


def _add(sums, rate, gross, net):
    before = sums[rate]
    sums[rate] = before[0] + gross, before[1] + net


def _rate(rate, gross, vat):
    return {
        "rate": _text(rate),
        "net": _text(gross - vat),
        "vat": _text(vat),
        "gross": _text(gross),
    }


def _vat_back(amount, parts, invoice, earlier):
    """An amount by rate: never more of a rate than the invoice still has of it.

    Goods count at their own rate, money beside them at all that are left. Taxes
    are rounded on the sum of what went back so far, so an invoice that is taken
    back altogether, in whatever parts, comes to nothing at each rate.
    """
    charged = {Decimal(row["rate"]): row for row in invoice.content["vat"]}
    before = _credited(earlier)
    left = {rate: Decimal(row["gross"]) - before[rate][0] for rate, row in charged.items()}
    return [
        _rate(rate, gross, _tax_back(charged[rate], before[rate], gross))
        for rate, gross in sorted(_by_rate(amount, parts, left).items())
    ]


def _credited(notes):
    """Gross and VAT by rate of what went back so far."""
    sums = defaultdict(lambda: (NOTHING, NOTHING))
    for note in notes:
        for row in note.content["vat"]:
            _add(sums, Decimal(row["rate"]), Decimal(row["gross"]), Decimal(row["vat"]))
    return sums


def _by_rate(amount, parts, left):
    """The amount's share of each rate; takes away from `left`."""
    shares = defaultdict(Decimal)
    for part in parts:
        rate = part.line.vat_rate
        taken = min(part.amount, left[rate])
        shares[rate] += taken
        left[rate] -= taken
    beside, all_left = amount - sum(shares.values()), sum(left.values())
    for rate, rest in left.items():
        if not beside:
            break
        # The last rate that has anything left takes what is left of the amount.
        taken = (beside * rest / all_left).quantize(CENT, ROUND_HALF_UP) if rest else NOTHING
        shares[rate] += taken
        beside, all_left = beside - taken, all_left - rest
    return shares


def _tax_back(charged, before, gross):
    so_far, tax_so_far = before
    total = Decimal(charged["gross"])
    if not total:
        return NOTHING
    due = Decimal(charged["vat"]) * (so_far + gross) / total
    return due.quantize(CENT, ROUND_HALF_UP) - tax_so_far


def _text(number):
    return f"{number:f}"
