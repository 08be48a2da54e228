from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StorefrontConfig(AppConfig):
    name = "storefront"

    def ready(self):
        from storefront import receivers  # noqa: F401
        from storefront.site_tree import keep_site_tree

        post_migrate.connect(keep_site_tree, dispatch_uid="storefront.keep_site_tree")
