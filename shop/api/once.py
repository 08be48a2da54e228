"""Calls that do their work once under an `Idempotency-Key`, and all of it or nothing.

What is kept, for a day, is what the work itself was answered with: what it made, or the
409 or 402 that refused it. A call that never came to its work (400, 401, 403, 404, 415,
429) keeps no key, nor does one that crashed: nothing was done under it.
"""

import json
import re

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from shop.api.errors import MEDIA_TYPE, problem_handler
from shop.idempotency import once as keys
from shop.idempotency.once import Call

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_REFUSALS = (402, 409)
WITH_KEY = {
    "parameters": [
        OpenApiParameter(
            HEADER,
            location=OpenApiParameter.HEADER,
            description="Under the same key nothing is done twice, for 24 hours.",
        )
    ]
}


class IdempotencyMismatch(APIException):
    status_code = 422
    default_code = "idempotency_mismatch"
    default_detail = "This Idempotency-Key came with another body before."


def once(view, work):
    """Answer a request by `work`, once for a key, in one transaction.

    `work` returns its response and is given `note`, to hand it to as soon as it is known:
    before any stock is locked.
    """
    request = view.request
    if HEADER not in request.headers:
        with transaction.atomic():
            return work(_note_nothing)
    call = Call(request.user, f"{request.method} {_address(request)}", _key(request), request.data)
    with transaction.atomic():
        first, is_answered = _claim(call)
        return _again(first) if is_answered else _answered(view, work, first)


def _claim(call):
    try:
        return keys.claim(call)
    except keys.AnotherBody:
        raise IdempotencyMismatch from None


def _answered(view, work, first):
    noted = []

    def note(response):
        keys.answer(first, response.status_code, _rendered(response))
        noted.append(response)

    try:
        with transaction.atomic():
            response = work(note)
    except Exception as refusal:
        noted.clear()
        response = problem_handler(refusal, {"view": view, "request": view.request})
        if response is None or response.status_code not in KEPT_REFUSALS:
            raise
    if response not in noted:
        note(response)
    return response


def _rendered(response):
    return JSONRenderer().render(response.data).decode()


def _again(first):
    is_problem = first.status >= 400
    return Response(
        json.loads(first.body),
        first.status,
        headers={"Idempotent-Replayed": "true"},
        content_type=MEDIA_TYPE if is_problem else None,
    )


def _note_nothing(_response):
    """Without a key, nobody asks again."""


def _address(request):
    return request.path.rstrip("/")


def _key(request):
    key = request.headers[HEADER]
    if not KEY.fullmatch(key):
        raise ValidationError({HEADER: ["A key has 1 to 255 printable characters, and no spaces."]})
    return key
