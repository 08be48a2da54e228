from django.urls import path

from backoffice import health, repairs
from backoffice.asked_for import asked_for
from backoffice.booking import suggest
from backoffice.joining import join
from backoffice.pickup_counter import pickup_counter
from backoffice.site import site
from backoffice.stock_grid import put_right, stock_grid

urlpatterns = [
    # Its name is what a pickup code's QR picture leads to.
    path("pickup/", site.admin_view(pickup_counter), name="pickup_counter"),
    path("asked-for/", site.admin_view(asked_for), name="asked_for"),
    path("health/", site.admin_view(health.health), name="health"),
    path("health/run/", site.admin_view(health.run_under_way), name="health_run"),
    path("health/queues/", site.admin_view(health.queues), name="health_queues"),
    path("health/look/", site.admin_view(health.look), name="health_look"),
    path("health/try-again/", site.admin_view(health.try_again), name="health_try_again"),
    path("health/rules/<slug:slug>/", site.admin_view(repairs.rule), name="health_rule"),
    path("health/rules/<slug:slug>/<str:culprit>/", site.admin_view(repairs.repair), name="repair"),
    path("stock/", site.admin_view(stock_grid), name="stock_grid"),
    path("stock/suggest/", site.admin_view(suggest), name="suggest_stock"),
    path("stock/<int:record_id>/put-right/", site.admin_view(put_right), name="put_stock_right"),
    # Invitations lead there; who follows one has no account yet.
    path("join/<str:token>/", join, name="join"),
    path("", site.urls),
]
