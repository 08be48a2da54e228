from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "shop.payment"
    label = "payment"

    def ready(self):
        from shop.payment import checks, receivers  # noqa: F401
