from django.apps import apps
from django.db.models.signals import post_migrate

from shop.headless import HeadlessConfig


class CustomerConfig(HeadlessConfig):
    default = True
    name = "shop.customer"
    label = "customer"
    verbose_name = "people"

    def ready(self):
        from shop.customer.roles import keep_roles
        from shop.customer.site import name_the_site

        post_migrate.connect(keep_roles, dispatch_uid="shop.customer.roles")
        # Django names its first site after every migrate that finds none.
        post_migrate.connect(name_the_site, sender=apps.get_app_config("sites"))
