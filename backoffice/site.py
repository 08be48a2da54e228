from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from backoffice import palette


class LoginForm(AuthenticationForm):
    """Asks for either name that the shop knows its people by."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Email address or username")


class BackOffice(UnfoldAdminSite):
    """The shop's own admin site; each area registers what it shows."""

    login_form = LoginForm
    index_template = "backoffice/today.html"
    index_title = _("Today")
    # Every list is short of nothing: an app's own index page would show less.
    enable_nav_sidebar = True

    def search(self, request, extra_context=None):
        """The palette's results. Unfold keeps its own for minutes, whatever is forbidden since."""
        found = palette.find(self, request, request.GET.get("s", ""))
        return TemplateResponse(
            request,
            "backoffice/palette.html",
            {"results": found, "asked": bool(request.GET.get("s", "").strip())},
            headers={"HX-Trigger": "search"},
        )


site = BackOffice(name="admin")
