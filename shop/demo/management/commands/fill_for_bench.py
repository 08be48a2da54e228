from django.core.management import BaseCommand, CommandError, call_command

from shop.demo import places
from shop.demo.masses import filling
from shop.locations.models import Location


class Command(BaseCommand):
    help = (
        "Fills a shop to be measured at with products and a year of orders; the rules hold. "
        "The products are found and have their pages, as any other."
    )

    def add_arguments(self, parser):
        parser.add_argument("--orders", type=int, default=1_000_000)
        parser.add_argument("--products", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same shop")

    def handle(self, *, orders, products, seed, **options):
        if products < 1 or orders < 0:
            raise CommandError("There must be a product at least, and no less than no orders.")
        if not Location.objects.filter(is_active=True).exists():
            places.open_locations()
        try:
            filling.fill(products=products, orders_wanted=orders, seed=seed, tell=self._say)
        except filling.FilledAlready as filled:
            raise CommandError("The shop was filled already. Take an empty one.") from filled
        call_command("fill_pages_for_bench")

    def _say(self, sentence):
        self.stdout.write(f"  {sentence}")
        self.stdout.flush()
