from shop.headless import HeadlessConfig


class OfferConfig(HeadlessConfig):
    default = True
    name = "shop.offer"
    label = "offer"
    verbose_name = "offers"

    def ready(self):
        from oscar.apps.offer import receivers  # noqa: F401
