from backoffice.models import SavedView
from shop.customer.personal_data import holds


def tell_views(person):
    views = SavedView.objects.filter(owner=person.user)
    return list(views.values("list_name", "name", "query", "shared"))


# They go with the account.
holds("saved_views", "backoffice.SavedView", tell=tell_views)
