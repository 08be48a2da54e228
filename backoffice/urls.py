from django.urls import path

from backoffice.joining import join
from backoffice.pickup_counter import pickup_counter
from backoffice.site import site

urlpatterns = [
    # Its name is what a pickup code's QR picture leads to.
    path("pickup/", site.admin_view(pickup_counter), name="pickup_counter"),
    # Invitations lead there; who follows one has no account yet.
    path("join/<str:token>/", join, name="join"),
    path("", site.urls),
]
