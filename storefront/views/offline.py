from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView


class Offline(TemplateView):
    """What a browser shows by itself when it has no network."""

    template_name = "offline.html"


@method_decorator(never_cache, "dispatch")
class ServiceWorker(TemplateView):
    """Fetched from the top of the shop: a worker sees only addresses below its own."""

    template_name = "storefront/service_worker.js"
    content_type = "text/javascript"
