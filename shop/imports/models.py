import secrets

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.codes import grouped, random_code
from shop.locations.models import Location


class Kind(models.TextChoices):
    PRODUCTS = "products", _("products")
    STOCK = "stock", _("stock")
    PRICES = "prices", _("prices")
    PROMO_CODES = "promo_codes", _("promo codes")


class Stage(models.TextChoices):
    MATCHING = "matching", _("columns to match")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("to be confirmed")
    BOOKING = "booking", _("being booked")
    BOOKED = "booked", _("booked")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")
    FAILED = "failed", _("failed")
    CLOSED = "closed", _("closed")


# What a worker is busy with, and what a file is still needed for.
AT_WORK = (Stage.CHECKING, Stage.BOOKING, Stage.UNDOING)
NEEDS_FILE = (Stage.MATCHING, Stage.CHECKING, Stage.CHECKED)
# What nothing more happens to but that, one day, nobody needs its rows any more.
ENDED = (Stage.BOOKED, Stage.UNDONE, Stage.FAILED)


class Found(models.TextChoices):
    """What the check found of a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("refused")


class Fate(models.TextChoices):
    """What became of a row that was to be booked."""

    WAITING = "", _("not booked")
    BOOKED = "booked", _("booked")
    LEFT_OUT = "left_out", _("left out")
    UNDONE = "undone", _("undone")
    KEPT = "kept", _("kept")


def _number():
    return f"I-{grouped(random_code(8))}"


def _somewhere(_import, name):
    # Nobody guesses it, and what its sender called it never becomes a path.
    return f"imports/{secrets.token_urlsafe(16)}"


def _private():
    return storages["private"]


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; whoever sees the whole shop sees everybody's."""
        if not user.is_active or not user.is_staff:
            return self.none()
        if user.has_perms(["locations.see_every_location", "catalogue.see_every_product"]):
            return self
        return self.filter(author=user)


class Import(models.Model):
    """A file of rows on its way into the shop, and how far it has come.

    `position` is the line up to which the stage's work is done; it moves in the
    transaction of that work, so that a worker may be killed anywhere.
    """

    number = models.CharField(_("number"), max_length=16, unique=True, default=_number)
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.MATCHING)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Whose rights count for the stage's work: who asked for it.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file = models.FileField(_("file"), storage=_private, upload_to=_somewhere, blank=True)
    file_name = models.CharField(_("file"), max_length=120)
    encoding = models.CharField(max_length=16, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    has_header = models.BooleanField(default=True)
    # The names of the file's columns, and some of its rows to recognise them by.
    columns = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    # Our column -> the place of theirs.
    mapping = models.JSONField(default=dict)
    location = models.ForeignKey(
        Location, verbose_name=_("location"), null=True, blank=True, on_delete=models.PROTECT
    )
    position = models.PositiveIntegerField(default=0)
    about = models.PositiveIntegerField(default=0, help_text=_("How far its stage has to go."))
    failure = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    booked_at = models.DateTimeField(_("booked"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self):
        return self.number

    @property
    def is_at_work(self):
        return self.stage in AT_WORK

    @property
    def percent(self):
        return min(99, 100 * self.position // self.about) if self.about else 0


class ImportedRow(models.Model):
    """What a row said, what that would change, and what became of it."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    key = models.CharField(max_length=200)
    # By our columns: what was read, (before, after) of what differs, what is wrong.
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    found = models.CharField(max_length=9, choices=Found)
    fate = models.CharField(max_length=8, choices=Fate, blank=True, default=Fate.WAITING)

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="imported_line_once")]
        indexes = [
            models.Index(fields=["of", "key"], name="imported_key"),
            models.Index(fields=["of", "found", "line"], name="imported_found"),
        ]

    def __str__(self):
        return f"{self.of_id}: {self.line}"


class Turn(models.Model):
    """A worker's turn at an import. It is short, so that other work gets in between.

    The last one counts: an earlier one that comes to life again finds nothing to do.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="turns")

    def __str__(self):
        return f"{self.of_id}: {self.pk}"
