"""Every error of the API as one problem document (RFC 9457)."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework_simplejwt.exceptions import AuthenticationFailed as TokenRefused

from shop.api import refusals

MEDIA_TYPE = "application/problem+json"


class BadCredentials(exceptions.AuthenticationFailed):
    default_detail = "No active account has this name and password."
    default_code = "bad_credentials"


def problem_handler(exc, context):
    """DRF's exception handler, answering in problem documents; None for what is a crash.

    What the domain refuses, it refuses in the API's codes.
    """
    exc = refusals.in_codes(exc) or exc
    response = drf_exception_handler(exc, context)
    if response is None:
        return None
    response.data = problem(response.status_code, _code(exc), _detail(exc), _errors(exc))
    response.content_type = MEDIA_TYPE
    return response


def problem(status, code, detail, errors=None):
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return document | ({"errors": errors} if errors is not None else {})


def _code(exc):
    match exc:
        case Http404():
            return "not_found"
        case DjangoPermissionDenied():
            return "permission_denied"
        case exceptions.ValidationError():
            return "invalid"
        case TokenRefused():
            # Also where its user has left meanwhile.
            return "token_not_valid"
        case exceptions.AuthenticationFailed() if exc.get_codes() == "authentication_failed":
            return "bad_credentials"
        case _ if isinstance(getattr(exc, "detail", None), dict) and "code" in exc.detail:
            return str(exc.detail["code"])
        case _:
            return exc.default_code


def _detail(exc):
    match getattr(exc, "detail", None):
        case None:
            return str(exc) or "Nothing is here."
        case dict() as detail if "detail" in detail:
            return str(detail["detail"])
        case dict() | list():
            return "Some of what was sent cannot be used; `errors` says what and why."
        case detail:
            return str(detail)


def _errors(exc):
    """Each field by its whole name: `contact.name`."""
    if not isinstance(exc, exceptions.ValidationError):
        return {} if isinstance(exc, exceptions.ParseError) else None
    if isinstance(exc.detail, list):
        return {api_settings.NON_FIELD_ERRORS_KEY: exc.detail}
    return dict(_by_field(exc.detail))


def _by_field(told, within=""):
    for name, faults in told.items():
        field = f"{within}.{name}" if within else str(name)
        if isinstance(faults, list) and any(isinstance(fault, dict) for fault in faults):
            faults = {place: fault for place, fault in enumerate(faults) if fault}
        if isinstance(faults, dict):
            yield from _by_field(faults, field)
        else:
            yield field, faults
