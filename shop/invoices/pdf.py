"""Drawing an invoice or a credit note as PDF, from its snapshot alone."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.catalogue.units import Unit, format_quantity, plain
from shop.invoices.sheet import MARGIN, SOFT, WIDTH, Sheet
from shop.money import money

LINES = (
    (gettext_lazy("Product"), 78, "L"),
    (gettext_lazy("Quantity"), 24, "R"),
    (gettext_lazy("Unit price"), 28, "R"),
    (gettext_lazy("VAT"), 16, "R"),
    (gettext_lazy("Amount"), 28, "R"),
)
GIVEN_BACK = (
    (gettext_lazy("Product"), 102, "L"),
    (gettext_lazy("Quantity"), 28, "R"),
    (gettext_lazy("VAT"), 16, "R"),
    (gettext_lazy("Amount"), 28, "R"),
)
RATES = (
    (gettext_lazy("VAT rate"), 78, "L"),
    (gettext_lazy("Net"), 32, "R"),
    (gettext_lazy("VAT"), 32, "R"),
    (gettext_lazy("Gross"), 32, "R"),
)


def shoppers_invoice(invoice, order):
    """Names whom the order is for, as far as the shop still knows."""
    return _invoice(invoice, _buyer(order))


def staffs_invoice(invoice):
    """Names nobody."""
    return _invoice(invoice, "")


def shoppers_credit_note(note, order):
    return _credit_note(note, _buyer(order))


def staffs_credit_note(note):
    return _credit_note(note, "")


def _buyer(order):
    contact = getattr(order, "contact", None)
    return contact.name if contact else ""


def _invoice(invoice, buyer):
    content = invoice.content
    sheet = _sheet(invoice, _("Invoice"))
    _head(sheet, content, [*_facts(invoice), (_("Paid on"), _day(content["paid_on"]))], buyer)
    sheet.begin_table(LINES)
    for line in content["lines"]:
        _sold(sheet, line, invoice.currency)
    if Decimal(content["shipping"]):
        _sum_row(sheet, _("Delivery"), content["shipping"], invoice.currency)
    sheet.end_table()
    _sums(sheet, invoice, _discounts(content, invoice.currency), _("Total paid"))
    return bytes(sheet.output())


def _credit_note(note, buyer):
    content = note.content
    sheet = _sheet(note, _("Credit note"))
    _head(sheet, content, [*_facts(note), (_("To invoice"), content["invoice"])], buyer)
    sheet.begin_table(GIVEN_BACK)
    for line in content["lines"]:
        _given_back(sheet, line, note.currency)
    if Decimal(content["beside"]):
        title = _("Beside the goods") if content["lines"] else _("Part of what was paid")
        _sum_row(sheet, title, content["beside"], note.currency)
    sheet.end_table()
    _sums(sheet, note, [], _("Total sent back"))
    return bytes(sheet.output())


def _sheet(paper, title):
    seller = paper.content["seller"]
    foot = [seller["legal_name"] or seller["name"], _tax_number(seller), paper.number]
    day = datetime.combine(paper.issued_on, time(), tzinfo=UTC)
    return Sheet(title, paper.number, " · ".join(filter(None, foot)), day)


def _facts(paper):
    return [
        (_("Number"), paper.number),
        (_("Date"), _day(paper.issued_on.isoformat())),
        (_("Order"), paper.content["order"]),
    ]


def _tax_number(seller):
    return _("Tax number %s") % seller["tax_number"] if seller["tax_number"] else ""


def _day(text):
    return f"{date.fromisoformat(text):%-d %B %Y}"


def _head(sheet, content, facts, buyer):
    """Who sells on the left, what this is about on the right."""
    top = sheet.get_y()
    _seller(sheet, content["seller"])
    if buyer:
        sheet.ln(3)
        sheet.ink(8.5, "", SOFT)
        sheet.cell(90, 4.5, _("For"), new_x="LMARGIN", new_y="NEXT")
        sheet.ink(10.5, "B")
        sheet.multi_cell(90, 5, buyer, align="L", new_x="LMARGIN", new_y="NEXT")
    below = sheet.get_y()
    sheet.set_y(top)
    for name, value in facts:
        sheet.set_x(MARGIN + 104)
        sheet.ink(9.5, "", SOFT)
        sheet.cell(22, 5.2, name)
        sheet.ink()
        sheet.cell(WIDTH - 126, 5.2, value, align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.set_y(max(below, sheet.get_y()) + 9)


def _seller(sheet, seller):
    sheet.ink(10.5, "B")
    name = seller["legal_name"] or seller["name"]
    sheet.multi_cell(90, 5, name, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ink()
    place = seller["name"] if seller["legal_name"] else ""
    for text in (place, seller["address"], seller["country"], _tax_number(seller)):
        if text:
            sheet.multi_cell(90, 4.8, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _sold(sheet, line, currency):
    unit_price = money(Decimal(line["unit_price"]), currency)
    per_unit = "" if line["unit"] == Unit.PIECE else f" / {Unit(line['unit']).label}"
    title, quantity, rate, amount = _cells(line, currency)
    sheet.row((title, quantity, unit_price + per_unit, rate, amount), below=line["sku"])


def _given_back(sheet, line, currency):
    sheet.row(_cells(line, currency), below=line["sku"])


def _cells(line, currency):
    quantity = format_quantity(Decimal(line["quantity"]), line["unit"])
    amount = money(Decimal(line["amount"]), currency)
    return line["title"], quantity, _percent(line["rate"]), amount


def _sum_row(sheet, title, amount, currency):
    nothing = [""] * (len(sheet.columns) - 2)
    sheet.row((title, *nothing, money(Decimal(amount), currency)))


def _discounts(content, currency):
    return [
        (f"{row['name']} {row['code']}", "−" + money(Decimal(row["amount"]), currency))
        for row in content["discounts"]
    ]


def _percent(rate):
    return f"{plain(Decimal(rate) * 100)} %"


def _sums(sheet, paper, discounts, total):
    """The total and its VAT, on one page together."""
    rates = paper.content["vat"]
    sheet.keep(40 + 6 * (len(discounts) + len(rates)))
    sheet.ln(3)
    for title, amount in discounts:
        sheet.sum_line(title, amount, colour=SOFT)
    sheet.ln(1)
    sheet.sum_line(total, money(paper.total, paper.currency), 13, "B")
    sheet.ln(9)
    sheet.begin_table(RATES)
    for rate in rates:
        amounts = (money(Decimal(rate[part]), paper.currency) for part in ("net", "vat", "gross"))
        sheet.row((_percent(rate["rate"]), *amounts))
    sheet.end_table()
    sheet.ln(2)
    sheet.ink(8.5, "", SOFT)
    sheet.cell(WIDTH, 4.5, _("All amounts include VAT unless they are called net."))
