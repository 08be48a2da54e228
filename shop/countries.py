from babel import Locale


def name_of(country):
    """The name of a country by its ISO 3166-1 code; the code itself if it is nobody's."""
    return Locale("en").territories.get(country, country)
