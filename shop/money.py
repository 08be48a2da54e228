import re

from oscar.templatetags.currency_filters import currency

CODE_BEFORE_DIGIT = re.compile(r"(?<=[A-Z])(?=\d)")


def money(amount, code=None):
    """An amount as it is written in the reader's language: €2.80, CHF 4.60."""
    return CODE_BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", currency(amount, code))
