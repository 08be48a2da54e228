"""What may stand in logs and error reports: where it broke, and nothing about anybody."""

import logging
import re

from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

EMAIL = re.compile(r"[^\s@<>()\[\]\"',;:=]+@[^\s@<>()\[\]\"',;:=]+\.\w+")
# PostgreSQL names the values that clash: "Key (lower(email))=(…) already exists."
DETAIL = re.compile(r"DETAIL:.*")
# What a path or a query carries to open an order, or to set a password.
KEY_IN_PATH = re.compile(
    r"(/(?:confirm-email|password/reset/key|password_reset/confirm|back-in-stock|"
    r"backoffice/join)/)"
    r"(?!done/)[^?#\s\"'<>]*[^?#\s\"'<>/]"
)
KEY_IN_QUERY = re.compile(r"([?&](?:key|code|token)=)[^&#\s\"'<>]+")
# Of what a request says about itself: who sent it, and addresses with all that is in them.
PERSONAL = {"QUERY_STRING", "RAW_URI", "REQUEST_URI", "REMOTE_ADDR", "REMOTE_HOST", "REMOTE_USER"}
# Any other header may be a proxy's word for the client, or the address of a page.
HARMLESS_HEADERS = {
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_CONNECTION",
    "HTTP_HOST",
    "HTTP_HX_REQUEST",
    "HTTP_USER_AGENT",
    "HTTP_X_FORWARDED_PROTO",
}

HIDDEN = (
    (DETAIL, "DETAIL: [hidden]"),
    (KEY_IN_PATH, r"\1[key]"),
    (KEY_IN_QUERY, r"\1[key]"),
    (EMAIL, "[email]"),
)


def scrubbed(text):
    for secret, instead in HIDDEN:
        text = secret.sub(instead, text)
    return text


class ScrubbedFormatter(logging.Formatter):
    def format(self, record):
        return scrubbed(super().format(record))


class CrashMail(AdminEmailHandler):
    """Django writes the address that broke into the subject, as it was called."""

    def format_subject(self, subject):
        return super().format_subject(scrubbed(subject))


class ReportFilter(SafeExceptionReporterFilter):
    """Hides what was typed, who asked, and every local variable: any of them may name somebody."""

    # The addresses of servers carry their passwords.
    hidden_settings = re.compile(
        SafeExceptionReporterFilter.hidden_settings.pattern + "|URL|LOCATION|DSN", re.IGNORECASE
    )

    def get_safe_cookies(self, request):
        # A basket's cookie opens it, with what its guest typed before.
        return dict.fromkeys(super().get_safe_cookies(request), self.cleansed_substitute)

    def get_post_parameters(self, request):
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request, tb_frame):
        if not self.is_active(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]

    def get_safe_request_meta(self, request):
        meta = super().get_safe_request_meta(request)
        if not self.is_active(request):
            return meta
        hidden = {name for name in meta if name in PERSONAL or _is_personal_header(name)}
        return meta | dict.fromkeys(hidden, self.cleansed_substitute)


def _is_personal_header(name):
    return name.startswith("HTTP_") and name not in HARMLESS_HEADERS


class Reporter(ExceptionReporter):
    def get_traceback_text(self):
        # The causes of an exception tell as much as it does.
        return self._scrubbed(super().get_traceback_text())

    def get_traceback_html(self):
        return self._scrubbed(super().get_traceback_html())

    def _scrubbed(self, report):
        return scrubbed(report) if self.filter.is_active(self.request) else report

    def get_traceback_data(self):
        told = super().get_traceback_data()
        if not self.filter.is_active(self.request):
            return told
        told["exception_value"] = scrubbed(str(told.get("exception_value", "")))
        if self.request is not None:
            hidden = self.filter.cleansed_substitute
            told["user_str"] = hidden
            # An order's signed key opens it to whoever reads the address.
            told["request_GET_items"] = [(name, hidden) for name in self.request.GET]
            told["request_insecure_uri"] = self.request.path
        return told
