"""The shop's addresses, where a refusal costs no page of the shop front: there are thousands."""

from django.http import HttpResponseForbidden, HttpResponseNotFound

from shop.urls import urlpatterns

__all__ = ["handler403", "handler404", "urlpatterns"]


def handler403(request, exception):
    return HttpResponseForbidden()


def handler404(request, exception):
    return HttpResponseNotFound()
