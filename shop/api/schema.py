"""How the OpenAPI document tells the contract: answers, problems, and an example of each."""

from http import HTTPStatus

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers

from shop.api.errors import MEDIA_TYPE, problem

# What each code of a problem comes with, and an example of what is said then.
CODES = {
    "invalid": (400, "Some of what was sent cannot be used; `errors` says what and why."),
    "parse_error": (400, "JSON parse error - Expecting value: line 1 column 1 (char 0)"),
    "not_authenticated": (401, "Authentication credentials were not provided."),
    "token_not_valid": (401, "Given token not valid for any token type"),
    "bad_credentials": (401, "No active account has this name and password."),
    "payment_failed": (402, "The card was declined."),
    "permission_denied": (403, "You do not have permission to perform this action."),
    "not_found": (404, "There is nothing at this address."),
    "method_not_allowed": (405, 'Method "PUT" not allowed.'),
    "out_of_stock": (409, "Only 2 of Sencha are left here."),
    "cart_empty": (409, "There is nothing in the basket."),
    "not_at_location": (409, "Magpie Bristol does not offer Sencha."),
    "promo_invalid": (409, "There is no such code."),
    "promo_used_up": (409, "This code is used up."),
    "invalid_transition": (409, "This cannot be done as things are now."),
    "already_paid": (409, "This order is paid."),
    "already_collected": (409, "Already collected on 22 November at 10:00."),
    "wrong_location": (409, "This order is waiting at Magpie Graça, not here."),
    "not_paid": (409, "This order is not paid yet."),
    "not_ready": (409, "This order is paid, but not ready yet."),
    "shipped": (409, "This order was sent by post."),
    "completed": (409, "This order has arrived already."),
    "cancelled": (409, "This order was cancelled."),
    "refunded": (409, "This order was refunded."),
    "withdrawn": (409, "This code was replaced by a newer one. Ask for that."),
    "expired": (409, "The time to collect this order is over."),
    "code_needed": (409, "You may hand over for a code only."),
    "of_a_set": (409, "This promo code is one of many alike, and changes with them alone."),
    "duplicate": (409, "This is there already."),
    "unsupported_media_type": (415, 'Unsupported media type "text/plain" in request.'),
    "idempotency_mismatch": (422, "This Idempotency-Key came with another body before."),
    "throttled": (429, "Request was throttled. Expected available in 30 seconds."),
}
WITH_BODY = ("POST", "PUT", "PATCH")
SAFE = ("GET", "HEAD", "OPTIONS")


class ProblemSerializer(serializers.Serializer):
    """An error, as RFC 9457 has it. `code` is stable; `errors` is there on 400 only."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with which field.",
    )


def operation(*codes, request=None, sends=None, answers=None, gives=None, **more):
    """Tell of an operation: by which `codes` it refuses, and what it takes and gives, by example.

    `answers` maps each status to its serializer, or None where there is no body. What any
    operation may be refused by (401, 415, 429 ...) is told by `ContractSchema`.
    """
    examples = [
        OpenApiExample(name, value=value, **where)
        for name, value, where in (
            ("What is sent", sends, {"request_only": True}),
            ("What is answered", gives, {"response_only": True}),
        )
        if value is not None
    ]
    answers = {status: answer or _nothing() for status, answer in (answers or {}).items()}
    responses = answers | problems(*codes) if answers else None
    told = {"request": request, "examples": examples, **more}
    return extend_schema(**told, **({"responses": responses} if responses else {}))


def problems(*codes):
    """Responses by status, with an example for each of the codes."""
    by_status = {}
    for code in codes:
        by_status.setdefault(CODES[code][0], []).append(code)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer, HTTPStatus(status).phrase, [_example(code) for code in its_codes]
        )
        for status, its_codes in by_status.items()
    }


def _example(code):
    status, detail = CODES[code]
    errors = {"name": ["This field is required."]} if code == "invalid" else {}
    told = problem(status, code, detail, errors if status == HTTPStatus.BAD_REQUEST else None)
    return OpenApiExample(code, value=told)


def _nothing():
    return OpenApiResponse(description="Done; there is no body.")


class ContractSchema(AutoSchema):
    """Adds to each operation the problems that it shares with all of its kind."""

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        for (status, media_type), response in problems(*self._shared_codes()).items():
            if str(status) not in bodies:
                told = self._get_response_for_code(response, str(status), [media_type], direction)
                bodies[str(status)] = told
        return dict(sorted(bodies.items()))

    def _shared_codes(self):
        codes = ["throttled"]
        if self.view.get_authenticators():
            codes += ["not_authenticated", "token_not_valid"]
            is_for_staff = self.method in getattr(self.view, "needs", ())
            codes += ["permission_denied"] if is_for_staff or self.method not in SAFE else []
        if self.method in WITH_BODY:
            codes += ["invalid", "parse_error", "unsupported_media_type"]
        elif "{" in self.path or self._is_list_view():
            codes += ["invalid"]
        if "{" in self.path:
            codes += ["not_found"]
        return codes


def only_the_contract(endpoints):
    """Wagtail's editor has an API of its own; the document speaks of ours alone."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/")]
