from django.apps import AppConfig


class PickupConfig(AppConfig):
    name = "shop.pickup"
    label = "pickup"

    def ready(self):
        from shop.pickup import receivers  # noqa: F401
