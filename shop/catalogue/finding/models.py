from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalogue.finding.words import LONGEST, plain


class Word(models.Model):
    """A word that something in the shop is found by, or several in a row that mean another."""

    text = models.CharField(max_length=80, primary_key=True)
    typos = ArrayField(models.CharField(max_length=80))
    # What editors say means the same; `vocabulary.teach_synonyms` keeps it.
    means = ArrayField(models.CharField(max_length=80), default=list)

    class Meta:
        indexes = [GinIndex(fields=["typos"], name="word_by_typo")]

    def __str__(self):
        return self.text


class Synonyms(models.Model):
    """Words that shoppers use for one thing."""

    words = models.CharField(
        _("words"),
        max_length=255,
        help_text=_("Separated by commas: courgette, zucchini. Whoever looks for one finds all."),
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self):
        return self.words

    @property
    def terms(self):
        return list(dict.fromkeys(filter(None, map(plain, self.words.split(",")))))

    def clean(self):
        if len(self.terms) < 2:
            raise ValidationError({"words": _("Two words at least, with a comma between them.")})
        if any(len(term) > LONGEST for term in self.terms):
            raise ValidationError({"words": _("A word is too long; is there a comma missing?")})
