from django.urls import path
from django.views.generic import RedirectView

from backoffice.site import site

urlpatterns = [
    path("pickup/", RedirectView.as_view(url="/"), name="pickup_counter"),
    path("", site.urls),
]
