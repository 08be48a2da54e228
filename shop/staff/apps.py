from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "shop.staff"
    label = "staff"

    def ready(self):
        from shop.staff import receivers  # noqa: F401
