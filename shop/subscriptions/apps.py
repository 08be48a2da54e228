from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "shop.subscriptions"
    label = "subscriptions"

    def ready(self):
        from shop.subscriptions import receivers  # noqa: F401
