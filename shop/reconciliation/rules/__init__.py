"""Every rule of design.md that must never break, as what asks the database for its breaches."""

from shop.reconciliation.rules import invoices, money, orders, promo_codes, stock

# The ledger before the orders: a record that is put right by the one may agree with the other.
INVARIANTS = [
    *stock.INVARIANTS,
    *money.INVARIANTS,
    *orders.INVARIANTS,
    *promo_codes.INVARIANTS,
    *invoices.INVARIANTS,
]
