from django.urls import path

from backoffice.booking import suggest
from backoffice.joining import join
from backoffice.pickup_counter import pickup_counter
from backoffice.site import site
from backoffice.stock_grid import put_right, stock_grid

urlpatterns = [
    # Its name is what a pickup code's QR picture leads to.
    path("pickup/", site.admin_view(pickup_counter), name="pickup_counter"),
    path("stock/", site.admin_view(stock_grid), name="stock_grid"),
    path("stock/suggest/", site.admin_view(suggest), name="suggest_stock"),
    path("stock/<int:record_id>/put-right/", site.admin_view(put_right), name="put_stock_right"),
    # Invitations lead there; who follows one has no account yet.
    path("join/<str:token>/", join, name="join"),
    path("", site.urls),
]
