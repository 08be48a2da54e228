from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite


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


site = BackOffice(name="admin")
