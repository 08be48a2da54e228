"""From a letter to the message that is sent: subject, text and HTML, under one identity."""

import re
from email.mime.image import MIMEImage
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from shop.mail.addressees import addressee_of
from shop.mail.facts import Pointless, facts_of
from shop.mail.subject_lines import SUBJECT_LINES
from shop.pickup import qr

GAPS = re.compile(r"\n{3,}")
# What the templates call the picture by: <img src="cid:...">.
PICTURE = "pickup-code"


def compose(letter):
    """Raises `Pointless`."""
    addressee = addressee_of(letter)
    if addressee is None:
        raise Pointless("nobody is left to write to")
    with translation.override(addressee.language):
        facts = facts_of(letter) | _frame(addressee)
        message = _message(letter, addressee, facts)
    if "code" in facts:
        _attach_picture(message, facts["code"])
    return message


def _frame(addressee):
    return {
        "addressee": addressee,
        "shop": settings.OSCAR_SHOP_NAME,
        "picture": PICTURE,
    }


def _message(letter, addressee, facts):
    facts["subject"] = _on_one_line(SUBJECT_LINES[letter.kind] % facts)
    message = EmailMultiAlternatives(
        subject=facts["subject"],
        body=_rendered_text(letter.kind, facts),
        to=[addressee.email],
        reply_to=[settings.REPLY_TO_EMAIL] if settings.REPLY_TO_EMAIL else None,
        headers=_headers(letter, facts),
    )
    message.attach_alternative(render_to_string(f"emails/{letter.kind}.html", facts), "text/html")
    return message


def _headers(letter, facts):
    headers = {"Message-ID": message_id(letter), "Auto-Submitted": "auto-generated"}
    if "unsubscribe" in facts:
        # A mail program's own button: one click, and no page to look at.
        headers["List-Unsubscribe"] = f"<{facts['unsubscribe']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _rendered_text(kind, facts):
    text = render_to_string(f"emails/{kind}.txt", facts)
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return GAPS.sub("\n\n", lines) + "\n"


def _on_one_line(text):
    return " ".join(text.split())


def message_id(letter):
    """The same however often the letter is sent, so that mail programs show it once."""
    return f"<{letter.pk}@{urlsplit(settings.SITE_URL).hostname}>"


def _attach_picture(message, code):
    # Beside the HTML that shows it, not below it as a file to save.
    message.mixed_subtype = "related"
    picture = MIMEImage(qr.picture(code, "png"), "png")
    picture.add_header("Content-ID", f"<{PICTURE}>")
    picture.add_header("Content-Disposition", "inline", filename=f"{PICTURE}.png")
    message.attach(picture)
