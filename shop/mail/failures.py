"""What a failed attempt at sending means, and how to speak of it without naming anybody."""

from smtplib import (
    SMTPDataError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

PERMANENT = 500


class NotYet(Exception):
    """The letter was not sent and will be: try again later."""


def may_pass(error):
    """Whether the same letter could be sent later.

    Only what a server holds against this address or this message is final. A server
    that is away, busy, or that refuses our own login or sender may be mended.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return all(code < PERMANENT for code in _codes(error))
    if isinstance(error, SMTPDataError):
        return error.smtp_code < PERMANENT
    # An address or a header that cannot be written, today or tomorrow.
    return not isinstance(error, SMTPNotSupportedError | ValueError)


def describe(error):
    """A failure by its name and codes: what servers say quotes addresses."""
    return " ".join([type(error).__name__, *map(str, _codes(error))])


def _codes(error):
    if isinstance(error, SMTPRecipientsRefused):
        return sorted({code for code, _words in error.recipients.values()})
    return [error.smtp_code] if isinstance(error, SMTPResponseException) else []
