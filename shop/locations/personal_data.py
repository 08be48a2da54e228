from shop.customer.personal_data import holds
from shop.locations.models import ChosenLocation


def tell_chosen_location(person):
    chosen = ChosenLocation.objects.filter(user=person.user)
    return list(chosen.values_list("location__name", flat=True))


holds("chosen_location", "locations.ChosenLocation", tell=tell_chosen_location)
