from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from shop.countries import name_of
from shop.locations.hours import open_windows
from shop.partner.models import Partner

# A longer number is no id.
LONGEST_ID = 19


class Uncollected(models.TextChoices):
    """What becomes of an order that nobody came for in time."""

    RELEASE_AND_REFUND = "release", _("Put it back on sale and send the money back")
    KEEP = "keep", _("Keep it: somebody here decides")


class LocationQuerySet(models.QuerySet):
    def open_to_shoppers(self):
        return self.filter(is_active=True)

    def called(self, reference):
        """Those with this id, slug or name, in whatever capitals."""
        named = Q(code__iexact=reference) | Q(name__iexact=reference)
        if reference.isascii() and reference.isdecimal() and len(reference) < LONGEST_ID:
            named |= Q(pk=reference)
        return self.filter(named)

    def visible_to(self, user):
        """The locations whose rows somebody may see: the one policy for all of them."""
        if not user.is_active or not user.is_staff:
            return self.none()
        if user.has_perm("locations.see_every_location"):
            return self
        return self.filter(users=user)


class Location(Partner):
    """A place where orders are collected, with the prices and the stock of its own."""

    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1, as in ES."))
    city = models.CharField(_("city"), max_length=80)
    street = models.CharField(_("street"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    preparation_minutes = models.PositiveSmallIntegerField(
        _("preparation time"),
        default=60,
        help_text=_("Minutes from a paid order to a ready one."),
    )
    last_orders_at = models.TimeField(
        _("last orders of the day"),
        null=True,
        blank=True,
        help_text=_("Orders paid later are begun on the next opening day. Empty: no such time."),
    )
    pickup_days = models.PositiveSmallIntegerField(
        _("days a ready order waits"),
        null=True,
        blank=True,
        help_text=_("Empty: as long as everywhere in the shop."),
    )
    reminder_after_days = models.PositiveSmallIntegerField(
        _("days until a reminder"),
        null=True,
        blank=True,
        default=2,
        help_text=_("After it became ready. Empty: no reminder."),
    )
    final_notice_days_before_end = models.PositiveSmallIntegerField(
        _("final notice, days before the end"),
        null=True,
        blank=True,
        default=1,
        help_text=_("Empty: no final notice."),
    )
    uncollected_policy = models.CharField(
        _("if nobody comes"),
        max_length=8,
        choices=Uncollected,
        default=Uncollected.RELEASE_AND_REFUND,
    )
    delivers = models.BooleanField(
        _("delivers"),
        default=False,
        help_text=_("To the countries that it has delivery rates for."),
    )
    is_active = models.BooleanField(_("open to shoppers"), default=True)
    # Who sells here, as an invoice must name it.
    legal_name = models.CharField(_("legal name"), max_length=120, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=32, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["country", "name"]
        permissions = [("see_every_location", "Can see every location's rows")]

    @property
    def slug(self):
        return self.code

    @property
    def zone(self):
        return ZoneInfo(self.timezone)

    @property
    def country_name(self):
        return name_of(self.country)

    @property
    def address(self):
        return f"{self.street}, {' '.join(filter(None, [self.postcode, self.city]))}"

    def get_absolute_url(self):
        return f"/l/{self.code}/"

    @property
    def waiting_days(self):
        """How many days a ready order waits here."""
        return settings.PICKUP_DAYS if self.pickup_days is None else self.pickup_days

    def timetable(self):
        """The weekly windows and the dates that are closed, in one query unless prefetched."""
        if "hours" in getattr(self, "_prefetched_objects_cache", ()):
            return list(self.hours.all()), {day.date for day in self.closed_days.all()}
        closed = ClosedDay.objects.filter(location=OuterRef("location")).order_by()
        hours = list(self.hours.annotate(closed=ArraySubquery(closed.values("date"))))
        return hours, set(hours[0].closed) if hours else set()

    @cached_property
    def schedule(self):
        """Opening windows from today on, as (opens, closes) in the location's own time."""
        return open_windows(self)


class ChosenLocation(models.Model):
    """Where an account collects; a browser that it has not used before finds it here."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="chosen_location",
    )
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("chosen location")
        verbose_name_plural = _("chosen locations")
        default_permissions = ()

    def __str__(self):
        return str(self.location)


class OpeningHours(models.Model):
    """One window on one weekday; a day may have several, a closed one has none."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="hours_close_after_opening",
                violation_error_message=_(
                    "The closing time must be after the opening time, on the same day. For hours"
                    " past midnight, close at 23:59 and open again at 00:00 on the next day."
                ),
            )
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class ClosedDay(models.Model):
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="closed_days")
    date = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=80)

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["location", "date"], name="closed_once_a_day")
        ]

    def __str__(self):
        return f"{self.date:%-d %B %Y}: {self.reason}"
