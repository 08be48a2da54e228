"""Which rows of an invoice file are sales of goods, and why the others are not."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

DATE_FORMAT = "%m/%d/%Y %H:%M"
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
CENT = Decimal("0.01")
MAX_QUANTITY = 1_000_000
MAX_PRICE = Decimal(1_000_000)
MAX_CODE = 64
MAX_DESCRIPTION = 255


class Reason(StrEnum):
    """Why a row is left out; the first that applies, in the order in which `sale_in` asks."""

    COLUMNS = "not as many cells as there are columns"
    NO_CODE = "no stock code"
    BAD_CODE = "stock code too long"
    POSTAGE = "postage, not a product"
    DISCOUNT = "discount, not a product"
    MANUAL = "manual entry, not a product"
    FEE = "bank charge or fee, not a product"
    SAMPLES = "samples, not a product"
    VOUCHER = "gift voucher, not a product"
    RETURN = "return"
    BAD_QUANTITY = "quantity is not a whole number"
    NOT_SOLD = "quantity is not above zero"
    HUGE_QUANTITY = "quantity out of range"
    NO_DESCRIPTION = "no description"
    BAD_DESCRIPTION = "description too long"
    BAD_PRICE = "price is not a number"
    ZERO_PRICE = "price is not above zero"
    HUGE_PRICE = "price out of range"
    BAD_DATE = "date is not month/day/year hour:minute"


# The codes that Online Retail uses for what lies on no shelf. Anything else is a product.
NO_PRODUCTS = {
    "POST": Reason.POSTAGE,
    "DOT": Reason.POSTAGE,
    "C2": Reason.POSTAGE,
    "D": Reason.DISCOUNT,
    "M": Reason.MANUAL,
    "B": Reason.MANUAL,
    "ADJUST": Reason.MANUAL,
    "ADJUST2": Reason.MANUAL,
    "BANK CHARGES": Reason.FEE,
    "AMAZONFEE": Reason.FEE,
    "CRUK": Reason.FEE,
    "S": Reason.SAMPLES,
}
VOUCHER_PREFIX = "GIFT_"


@dataclass(frozen=True, slots=True)
class Sale:
    """A line of an invoice: goods that were sold, at a price for one piece."""

    line: int
    code: str
    description: str
    quantity: int
    price: Decimal


class LeftOut(Exception):
    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


def sale_in(row) -> Sale:
    """The sale that a row tells of. Raises `LeftOut` with the `Reason` why it is none."""
    _refuse(not row.is_whole, Reason.COLUMNS)
    code = _code(row)
    _refuse(row["InvoiceNo"].upper().startswith("C"), Reason.RETURN)
    sale = Sale(
        line=row.line,
        code=code,
        quantity=_quantity(row["Quantity"]),
        description=_description(row["Description"]),
        price=_price(row["UnitPrice"]),
    )
    _check_date(row["InvoiceDate"])
    return sale


def _refuse(condition, reason):
    if condition:
        raise LeftOut(reason)


def _code(row):
    """The stock code as one spelling: 85123a and 85123A are the same product."""
    code = " ".join(row["StockCode"].upper().split())
    _refuse(not code, Reason.NO_CODE)
    _refuse(code in NO_PRODUCTS, NO_PRODUCTS.get(code))
    _refuse(code.startswith(VOUCHER_PREFIX), Reason.VOUCHER)
    _refuse(len(code) > MAX_CODE, Reason.BAD_CODE)
    return code


def _quantity(text):
    _refuse(not WHOLE_NUMBER.fullmatch(text), Reason.BAD_QUANTITY)
    quantity = int(text)
    _refuse(quantity <= 0, Reason.NOT_SOLD)
    _refuse(quantity > MAX_QUANTITY, Reason.HUGE_QUANTITY)
    return quantity


def _description(text):
    description = " ".join(text.split())
    _refuse(not any(c.isalnum() for c in description), Reason.NO_DESCRIPTION)
    _refuse(len(description) > MAX_DESCRIPTION, Reason.BAD_DESCRIPTION)
    return description


def _price(text):
    """A price in whole cents, rounded half up; what rounds to nothing is no price."""
    try:
        price = Decimal(text)
    except InvalidOperation:
        raise LeftOut(Reason.BAD_PRICE) from None
    _refuse(not price.is_finite(), Reason.BAD_PRICE)
    _refuse(price > MAX_PRICE, Reason.HUGE_PRICE)
    price = in_cents(max(price, Decimal(0)))
    _refuse(price <= 0, Reason.ZERO_PRICE)
    return price


def in_cents(amount):
    return amount.quantize(CENT, rounding="ROUND_HALF_UP")


def _check_date(text):
    try:
        datetime.strptime(text, DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise LeftOut(Reason.BAD_DATE) from None
