from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction

from shop.demo import people, places, shelves, talk, trade
from shop.locations.models import Location


class Command(BaseCommand):
    help = "Fills an empty shop with the demo: locations, goods, people, promo codes, orders."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("The demo and its passwords exist in demo mode only: use make run.")
        if Location.objects.exists():
            self.stdout.write("The shop is filled already.")
            return
        # All or nothing: what was begun and stopped begins anew.
        with transaction.atomic():
            self._fill()

    def _fill(self):
        locations = places.open_locations()
        self._say(len(locations), "locations opened")
        accounts = people.invite_people(locations)
        self._say(len(accounts), "people invited")
        categories = shelves.name_categories()
        self._say(len(categories), "categories named")
        self._say(
            shelves.fill_shelves(locations, categories, accounts["seller"]),
            "products drawn, priced and delivered",
        )
        self._say(talk.tell_reviews(), "reviews read")
        self._say(trade.print_promo_codes(), "promo codes printed")
        call_command("load_demo_pages", stdout=self.stdout)
        self._say(trade.take_orders(locations, accounts), "orders taken")

    def _say(self, number, what):
        self.stdout.write(f"  {number:>3} {what}")
        self.stdout.flush()
