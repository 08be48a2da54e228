from django.db import connection
from django.http import HttpResponse
from django.urls import path


def health(request):
    """200 when the process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [path("", health, name="health")]
