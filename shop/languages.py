"""In which language somebody is spoken to."""

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# Those who work here, and programs, have one language in common.
OURS = ("/backoffice/", "/cms/", "/api/")


class ShoppersLanguage(LocaleMiddleware):
    """A shopper's own choice, else their browser's; elsewhere the shop's first language."""

    def process_request(self, request):
        if request.path_info.startswith(OURS):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        else:
            super().process_request(request)


def language_now():
    """The language that whoever acts is spoken to in, to write to them in it later."""
    return translation.get_language() or settings.LANGUAGE_CODE
