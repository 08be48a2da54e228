import pytest

from shop.testing.smtp import mail_server


@pytest.fixture
def server(settings):
    """A real mail server, which the shop's mail goes to."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 2
        yield server
