from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "shop.staff"
    label = "staff"
    verbose_name = "people"

    def ready(self):
        from shop.staff import receivers  # noqa: F401
