"""Taking pictures in: drawings do nothing, and each picture says what it shows."""

from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from shop.drawings import clean_upload


class ImageForm(BaseImageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if description := self.fields.get("description"):
            description.required = True
            description.help_text = _(
                "What it shows, in a sentence: it is read to whoever cannot see it."
            )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if "file" in self.changed_data:
            clean_upload(upload)
        return upload
