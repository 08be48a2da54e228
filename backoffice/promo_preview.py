"""What a promo code's form says that its code will do, while it is being filled in."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.voucher.terms import in_words


class SaysWhatItDoes:
    """An admin whose form is a `TermsForm`: it shows the sentence of its terms as they change.

    `gives(row)` is that of what is saved.
    """

    change_form_before_template = "backoffice/promo_preview.html"

    class Media:
        js = ["backoffice/promo_preview.js"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(require_POST(self.preview))
        return [path("preview/", view, name=name), *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["sentence"] = self.gives(obj) if obj else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def preview(self, request):
        """Reads a form that may be half empty, and writes nothing."""
        if not self.has_add_permission(request) and not self.has_change_permission(request):
            raise PermissionDenied
        form = self.get_form(request, change=False)(request.POST)
        context = {"sentence": _sentence(form), "faults": _faults(form)}
        return TemplateResponse(request, "backoffice/promo_sentence.html", context)


def _sentence(form):
    form.is_valid()
    if not {"kind", "value", "min_total"} <= form.cleaned_data.keys():
        return ""
    return in_words(form.as_voucher, form.terms)


def _faults(form):
    """What is wrong, without what is only missing: that is still to come."""
    return [
        _("%(field)s: %(fault)s") % {"field": form.fields[name].label, "fault": fault.messages[0]}
        for name, faults in form.errors.as_data().items()
        for fault in faults
        if name in form.fields and fault.code not in ("required", "unique")
    ]
