from django import forms
from django.utils.translation import gettext_lazy as _

from shop.catalogue.reviews.writing import LEAST_STARS, MOST_STARS

MEANINGS = {
    1: _("1 star: bad"),
    2: _("2 stars: poor"),
    3: _("3 stars: all right"),
    4: _("4 stars: good"),
    5: _("5 stars: very good"),
}


class ReviewForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("Your rating"),
        choices=[(n, MEANINGS[n]) for n in range(LEAST_STARS, MOST_STARS + 1)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose from one to five stars."),
            "invalid_choice": _("Choose from one to five stars."),
        },
    )
    title = forms.CharField(
        label=_("In a few words"),
        max_length=120,
        error_messages={"required": _("Say it in a few words.")},
    )
    body = forms.CharField(
        label=_("What should others know?"),
        max_length=4000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Tell others what it is like.")},
    )

    @classmethod
    def of(cls, review, data=None):
        """The form as whoever wrote the review finds it; empty for who wrote none."""
        names = cls.base_fields
        initial = {name: getattr(review, name) for name in names} if review else None
        return cls(data, initial=initial)
