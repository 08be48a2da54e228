"""A shop of a size to be measured at, filled by the database itself, a statement for many rows.

Every row follows from its number and the seed: the same call fills the same shop. What
must never break holds as in any other: `manage.py reconcile` finds nothing.
"""
