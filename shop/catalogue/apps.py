from shop.headless import HeadlessConfig


class CatalogueConfig(HeadlessConfig):
    default = True
    name = "shop.catalogue"
    label = "catalogue"
    verbose_name = "catalogue"

    def ready(self):
        from oscar.apps.catalogue import receivers as oscars  # noqa: F401

        from shop.catalogue import receivers  # noqa: F401
