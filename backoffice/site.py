from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from backoffice import palette


class BackOffice(UnfoldAdminSite):
    """The shop's own admin site; each area registers what it shows."""

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

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """Leads to the one door, which knows limits to guessing and the second factor."""
        wanted = _wanted(request) or reverse(f"{self.name}:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            # The door would send a shopper right back to where they may not go.
            return render(request, "backoffice/not_yours.html", status=403)
        return redirect_to_login(wanted, reverse("account_login"))


def _wanted(request):
    address = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""


site = BackOffice(name="admin")
