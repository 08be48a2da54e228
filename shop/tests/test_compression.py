import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from shop.compression import CompressionMiddleware

WORDS = b"A magpie collects what shines. " * 40


def answer(content_type, **headers):
    request = RequestFactory().get("/", **headers)
    respond = CompressionMiddleware(lambda request: HttpResponse(WORDS, content_type=content_type))
    return respond(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "image/svg+xml", "application/json"])
def test_words_and_drawings_travel_packed(kind):
    packed = answer(kind, HTTP_ACCEPT_ENCODING="gzip")

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == WORDS


@pytest.mark.parametrize("kind", ["image/avif", "application/pdf"])
def test_what_is_packed_already_does_not(kind):
    assert answer(kind, HTTP_ACCEPT_ENCODING="gzip").content == WORDS


def test_nor_for_who_cannot_unpack_it():
    assert answer("text/html").content == WORDS
