"""Who works here keeps a session that is awake, and a second factor where one is demanded."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.staff import sessions


class StaffMiddleware:
    """Looks at the requests of signed-in staff to the addresses that are theirs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return (_concerns(request) and _turn_away(request)) or self.get_response(request)


def _concerns(request):
    return (
        request.path_info.startswith((*settings.STAFF_ADDRESSES, settings.API_ADDRESS))
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and sessions.works_here(request.user)
    )


def _turn_away(request):
    """An answer that leads to what is missing, or None where nothing is."""
    at_counter = request.path_info.startswith(
        settings.COUNTER_ADDRESS
    ) and sessions.is_at_the_counter_alone(request.user)
    session = sessions.current(request, at_counter=at_counter)
    if session is None:
        return _ask_to_log_in(request)
    sessions.touch(session, at_counter=at_counter)
    if session.demanded and not session.has_second_factor:
        return _ask_for_second_factor(request)
    return None


def _ask_to_log_in(request):
    logout(request)
    if _is_program(request):
        return None
    messages.info(request, _("You were away for a while. Please log in again."))
    return _lead(request, "account_login", next=_where(request))


def _ask_for_second_factor(request):
    if _is_program(request):
        request.user = AnonymousUser()
        return None
    messages.info(request, _("Whoever works here logs in by two factors. Set yours up first."))
    return _lead(request, "mfa_activate_totp")


def _is_program(request):
    return request.path_info.startswith(settings.API_ADDRESS)


def _where(request):
    """The page that somebody was at; a form's own address is none to come back to."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    is_form = request.method != "GET" or request.headers.get("HX-Request")
    return urlsplit(page).path or settings.STAFF_ADDRESSES[0] if is_form else request.path


def _lead(request, name, **query):
    address = f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
