from django.db.models.signals import post_migrate

from shop.headless import HeadlessConfig


class CustomerConfig(HeadlessConfig):
    default = True
    name = "shop.customer"
    label = "customer"
    verbose_name = "people"

    def ready(self):
        from shop.customer.roles import keep_roles

        post_migrate.connect(keep_roles, dispatch_uid="shop.customer.roles")
