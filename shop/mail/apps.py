from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "shop.mail"
    label = "mail"

    def ready(self):
        from shop.mail import receivers  # noqa: F401
