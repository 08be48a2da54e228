from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "shop.api"
    label = "api"

    def ready(self):
        from shop.api import checks  # noqa: F401
