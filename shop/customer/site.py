from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sites.models import Site


def name_the_site(**_signal):
    """What account mails call the shop. Django's own first site is example.com."""
    Site.objects.update_or_create(
        pk=settings.SITE_ID,
        defaults={"domain": urlsplit(settings.SITE_URL).netloc, "name": settings.OSCAR_SHOP_NAME},
    )
