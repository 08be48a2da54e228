from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "back office"

    def ready(self):
        from backoffice import (  # noqa: F401
            audit_log,
            categories,
            customers,
            deliveries,
            imports,
            invitations,
            ledger,
            letters,
            locations,
            low_stock,
            orders,
            outbox,
            payments,
            people,
            privacy,
            products,
            promo_codes,
            promo_sets,
            reviews,
            signed_in,
            stock,
            stocktakes,
            subscriptions,
            transfers,
            webhooks,
            webhooks_sent,
        )
