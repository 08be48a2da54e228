"""Dialogs about one row: they ask before something happens, and show nothing to strangers."""

from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.site import site

REASON = {
    "label": _("Reason"),
    "max_length": 200,
    "widget": UnfoldAdminTextInputWidget,
}


class RowDialog(BaseDialogForm):
    """A form about `self.row`; 404 for a row that the asker may not see."""

    model = None

    def __init__(self, request, object_id=None, **kwargs):
        self.row = site.get_model_admin(self.model).row(request, object_id)
        super().__init__(request=request, object_id=object_id, **kwargs)

    def get_before_template_context(self, request, object_id=None):
        return {"row": self.row, **self.facts()}

    def facts(self):
        """What `form_before_template` says about the row."""
        return {}
