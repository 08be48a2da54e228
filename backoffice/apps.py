from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "back office"

    def ready(self):
        from backoffice import (  # noqa: F401
            categories,
            ledger,
            letters,
            locations,
            low_stock,
            orders,
            outbox,
            payments,
            people,
            products,
            promo_codes,
            promo_sets,
            reviews,
            stock,
            stocktakes,
            transfers,
            webhooks,
        )
