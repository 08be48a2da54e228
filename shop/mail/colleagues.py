"""Which of the shop's own people are written to."""

from django.db import transaction

from shop.customer.models import User
from shop.customer.roles import OWNER
from shop.mail.models import Kind
from shop.mail.writing import write


def owners():
    return User.objects.filter(groups__name=OWNER, is_active=True)


def stock_keepers_of(partner):
    """Who works at a location and sees to its stock; the owners where nobody does."""
    keepers = User.objects.with_perm("partner.view_stockrecord", include_superusers=False).filter(
        is_staff=True, partners=partner
    )
    return keepers.distinct() or owners()


@transaction.atomic
def tell_of_low_stock(alert):
    """Write to whoever sees to the stock there; not while stock is booked, which must be quick."""
    for keeper in stock_keepers_of(alert.stockrecord.partner):
        write(Kind.LOW_STOCK, alert, colleague=keeper)
