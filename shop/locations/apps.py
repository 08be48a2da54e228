from django.apps import AppConfig


class LocationsConfig(AppConfig):
    name = "shop.locations"
    label = "locations"
