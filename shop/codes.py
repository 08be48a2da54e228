"""Codes that people read aloud and type: order numbers and pickup codes."""

import secrets

# Without 0 and O, 1, I and L, and without U, which a hurried hand makes a V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_code(length):
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code, size=4):
    """`K7QX-4TZ9` from `K7QX4TZ9`: easier to read, the same when typed back."""
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def as_typed(text):
    """What somebody meant who typed a code with spaces, dashes or small letters."""
    return "".join(c for c in text.upper() if c.isalnum())
