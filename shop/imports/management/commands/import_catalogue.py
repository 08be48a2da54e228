"""Brings the products of a file of invoice lines into the shop.

The rules, each in one place of `shop.imports`:

- A stock code is one product, however it is spelt: spaces around it and the
  case of its letters do not count.
- Its title is the description on most lines, tidied and without shouting;
  among equals the one seen first.
- Its price is the unit price on most lines; among equals the lowest. A location
  that sells in another currency than the file's needs a `--rate`.
- Postage, discounts, fees, returns and rows that say too little are left out,
  and so are the rows of a batch that failed. Each is written to a file with
  its line number and the reason.
- The file decides titles and prices, on every run. Stock is received for an
  offer that is new, and never again.
"""

from collections import Counter
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from shop.imports.importer import import_articles, read_articles
from shop.imports.left_out import write_left_out
from shop.imports.plan import Destination
from shop.imports.reading import UnreadableFile, encoding_of, rows_of
from shop.imports.write import carry_out
from shop.locations.models import Location


class Command(BaseCommand):
    help = "Import products, prices and opening stock from a CSV file of invoice lines."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--location",
            action="append",
            required=True,
            metavar="CODE",
            help="Where to offer the products; may be given again for another location.",
        )
        parser.add_argument("--currency", default="GBP", help="The file's currency (GBP).")
        parser.add_argument(
            "--rate",
            action="append",
            default=[],
            metavar="EUR=1.17",
            help="What one of the file's currency is in a location's own; once a currency.",
        )
        parser.add_argument(
            "--stock",
            type=int,
            metavar="N",
            help="Opening stock of a new offer (the pieces that the file sold).",
        )
        parser.add_argument("--batch-size", type=int, default=100, metavar="N")
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="FILE",
            help="Where to write the rows that were left out (<file>.rejects.csv, right here).",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change and change nothing."
        )

    def handle(self, *_args, **options):
        self._check(options)
        destinations = self._destinations(options)
        path, encoding = options["file"], self._encoding(options["file"])
        try:
            articles, reasons = read_articles(rows_of(path, encoding))
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        self._say_what_was_read(path, encoding, articles, reasons)
        failed = self._import(articles, destinations, options)
        for batch in failed:
            reasons |= dict.fromkeys(batch.lines, f"its batch failed: {batch.error}")
        self._write_left_out(options, encoding, reasons)
        if failed:
            raise CommandError(f"{len(failed)} batches failed and were rolled back; see above.")

    def _check(self, options):
        if options["batch_size"] < 1:
            raise CommandError("--batch-size must be at least 1.")
        if options["stock"] is not None and options["stock"] < 0:
            raise CommandError("--stock cannot be below 0.")
        rejects, file = _rejects_of(options), options["file"]
        if rejects.exists() and file.exists() and rejects.samefile(file):
            raise CommandError(f"--rejects would overwrite {file} itself.")

    def _destinations(self, options):
        rates = {options["currency"].upper(): Decimal(1)} | dict(map(_rate, options["rate"]))
        locations = {location.code: location for location in Location.objects.all()}
        wanted = list(dict.fromkeys(options["location"]))
        if unknown := [code for code in wanted if code not in locations]:
            raise CommandError(
                f"There is no location {', '.join(unknown)}."
                f" There is: {', '.join(sorted(locations)) or 'none yet'}."
            )
        return [_destination(locations[code], rates, options["currency"]) for code in wanted]

    def _encoding(self, path):
        try:
            return encoding_of(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error

    def _say_what_was_read(self, path, encoding, articles, reasons):
        lines = sum(len(article.lines) for article in articles)
        name = "UTF-8" if encoding == "utf-8-sig" else "Latin-1"
        self.stdout.write(
            f"{path.name}, read as {name}: {lines + len(reasons)} rows,"
            f" {lines} sales of {len(articles)} products, {len(reasons)} left out."
        )
        for reason, count in Counter(reasons.values()).most_common():
            numbers = (str(line) for line, why in reasons.items() if why == reason)
            self.stdout.write(f"  {count} × {reason}: line {_shortened(numbers)}")

    def _import(self, articles, destinations, options):
        """Import in batches, telling of each; returns those that failed."""
        write = partial(
            carry_out,
            pieces=options["stock"],
            reason=f"opening stock from {options['file'].name}"[:200],
        )
        failed, changed = [], False
        batches = import_articles(
            articles,
            destinations,
            batch_size=options["batch_size"],
            write=_write_nothing if options["dry_run"] else write,
        )
        for number, batch in enumerate(batches, start=1):
            self._say_what_became_of(number, batch)
            changed = changed or bool(batch.plan)
            if batch.error:
                failed.append(batch)
        self._say_how_it_ended(changed, failed, options["dry_run"])
        return failed

    def _say_what_became_of(self, number, batch):
        if batch.error:
            self.stderr.write(
                f"Batch {number}: rolled back, {batch.error}".rstrip()
                + f"\n  its rows: line {_shortened(map(str, batch.lines))}"
            )
        else:
            self.stdout.write(f"Batch {number}: {len(batch.articles)} products, {batch.plan}.")

    def _say_how_it_ended(self, changed, failed, dry_run):
        if dry_run:
            self.stdout.write("A dry run: nothing was written to the shop.")
        elif not changed and not failed:
            self.stdout.write("Nothing to change: the shop is as the file has it.")

    def _write_left_out(self, options, encoding, reasons):
        path = _rejects_of(options)
        try:
            write_left_out(path, rows_of(options["file"], encoding), reasons)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"The {len(reasons)} rows left out are in {path}.")


def _rejects_of(options):
    return options["rejects"] or Path(f"{options['file'].stem}.rejects.csv")


def _rate(text):
    currency, _equals, number = text.partition("=")
    try:
        rate = Decimal(number)
    except InvalidOperation:
        rate = Decimal(0)
    if not currency or not rate.is_finite() or rate <= 0:
        raise CommandError(f"--rate {text} is not of the form EUR=1.17.")
    return currency.upper(), rate


def _destination(location, rates, currency):
    if location.currency not in rates:
        raise CommandError(
            f"{location.name} sells in {location.currency} and the file's prices are in {currency}:"
            f" add --rate {location.currency}=… with what one {currency} is there."
        )
    return Destination(location, rates[location.currency])


def _write_nothing(plan):
    pass


def _shortened(numbers, limit=20):
    numbers = list(numbers)
    more = len(numbers) - limit
    return ", ".join(numbers[:limit]) + (f" and {more} more" if more > 0 else "")
