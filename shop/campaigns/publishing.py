"""What beat asks for: everything whose time has come to be shown, or to be shown no more."""

from django.core.management import call_command

from shop.campaigns import launching


def publish_due():
    call_command("publish_scheduled", verbosity=0)
    return launching.launch_due()
