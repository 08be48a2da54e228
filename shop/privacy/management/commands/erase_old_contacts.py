from django.core.management import BaseCommand

from shop.privacy.retention import (
    erase_old_contacts,
    forget_promo_uses,
    orders_past_retention,
)


class Command(BaseCommand):
    help = "Erases the contact data of orders that were finished longer ago than contacts are kept."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, **options):
        if options["dry_run"]:
            self.stdout.write(f"{orders_past_retention().count()} contacts would be erased")
        else:
            self.stdout.write(f"{erase_old_contacts()} contacts erased")
            forget_promo_uses()
