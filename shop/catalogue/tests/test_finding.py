"""What a shopper finds by which words; first of all in a real catalogue."""

import pytest

from shop.catalogue import changes
from shop.catalogue.finding.search import find, search, suggest
from shop.catalogue.models import Product, ProductsChange, Synonyms
from shop.testing.factories import make_category, make_product

pytestmark = pytest.mark.django_db

# A query, and what has to be among the first three.
EXPECTED = {
    "white metal lantern": "White Metal Lantern",
    "lantern white": "White Metal Lantern",
    "alarm clock": "Alarm Clock Bakelike Green",
    "alarm clok pink": "Alarm Clock Bakelike Pink",
    "hot water botle": "Hot Water Bottle Babushka",
    "retrospott mug": "Red Retrospot Mug",
    "umbrela red": "Red Retrospot Umbrella",
    "chrysantemum": "Chrysanthemum Notebook",
    "lavander incense": "Lavender Incense in Tin",
    "cinamon": "Cinammon Set of 9 T-Lights",
    "piggy bank": "Piggy Bank Retrospot",
    "pigy bank": "Piggy Bank Retrospot",
    "jam jars": "Jam Jar with Green Lid",
    "sewing kit": "Travel Sewing Kit",
    "childrens apron": "Childrens Apron Spaceboy Design",
    "children's mug": "Children's Spaceboy Mug",
    "t-light holder star": "Star T-Light Holder",
    "bird house": "Blue Birdhouse Decoration",
    "polka dot rain hat": "Polkadot Rain Hat",
    "hand warmer owl": "Hand Warmer Owl Design",
    "egg cup": "Soldiers Egg Cup",
    "teh tea cosy": "Tea Time des Tea Cosy",
    "22633": "Hand Warmer Union Jack",
    "85123a": "White Hanging Heart T-Light Holder",
    "PICNIC BASKET": "Picnic Basket Wicker Large",
    "doormat union": "Doormat Union Jack Guns and Roses",
    "napkns fairy": "Set 20 Napkins Fairy Cakes Design",
    "jigsaw": "Mini Jigsaw Spaceboy",
    "strawbery lunch box": "Strawberry Lunch Box with Cutlery",
    "knitted union flag": "Knitted Union Flag Hot Water Bottle",
}


def titles(products):
    return [product.title for product in products]


def test_the_real_catalogue_answers_as_its_shoppers_expect(real_catalogue):
    found = {query: titles(search(Product.objects.all(), query)[:3]) for query in EXPECTED}

    missed = {q: found[q] for q, title in EXPECTED.items() if title not in found[q]}
    assert missed == {}


def test_a_word_that_exists_is_taken_at_its_word(real_catalogue):
    found = titles(search(Product.objects.all(), "tea"))
    assert found
    assert all("Tea" in title.split() for title in found)
    assert find(Product.objects.all(), "tea").instead == ""


def test_what_was_meant_is_said(real_catalogue):
    assert find(Product.objects.all(), "umbrela red").instead == "umbrella red"
    assert find(Product.objects.all(), "zeppelin").ids == []


def test_who_is_still_typing_sees_what_begins_so(real_catalogue):
    assert "Chrysanthemum Notebook" in titles(suggest(Product.objects.all(), "chry"))
    assert len(suggest(Product.objects.all(), "ca")) == 8
    assert "Strawberry Shopper Bag" in titles(suggest(Product.objects.all(), "strawberry sho"))


def test_editors_say_what_means_the_same():
    marrow = make_product(title="Green courgette")
    onion = make_product(title="Scallions, a bunch")
    synonyms = Synonyms.objects.create(words="courgette, zucchini")
    Synonyms.objects.create(words="spring onion, scallion")

    assert list(search(Product.objects.all(), "zucchini")) == [marrow]
    assert list(search(Product.objects.all(), "zuchini green")) == [marrow]
    assert list(search(Product.objects.all(), "spring onions")) == []
    assert list(search(Product.objects.all(), "spring onion")) == [onion]

    synonyms.delete()
    assert list(search(Product.objects.all(), "zucchini")) == []


def test_accents_capitals_and_stops_part_nobody():
    cream = make_product(title="Crème fraîche d'Isigny")

    for query in ("creme fraiche", "CRÈME", "disigny", "crème—fraîche!"):
        assert list(search(Product.objects.all(), query)) == [cream], query


def test_a_product_is_found_by_its_category_and_its_description_after_those_named_so():
    fruit = make_category("Fruit")
    pears = make_product(title="Pears", description="As sweet as fudge")
    pears.categories.add(fruit)
    fudge = make_product(title="Fudge")

    assert list(search(Product.objects.all(), "fruit")) == [pears]
    assert list(search(Product.objects.all(), "fudge")) == [fudge, pears]
    fruit.name = "Orchard"
    fruit.save()
    changes.tell(ProductsChange.objects.latest("pk").pk)
    assert list(search(Product.objects.all(), "orchard")) == [pears]
    pears.categories.clear()
    assert list(search(Product.objects.all(), "orchard")) == []


def test_a_renamed_and_a_deleted_product_are_no_longer_found_by_the_old_name():
    product = make_product(title="Quince")
    product.title = "Medlar"
    product.save()

    assert list(search(Product.objects.all(), "quince")) == []
    assert list(search(Product.objects.all(), "medlar")) == [product]
    product.delete()
    assert find(Product.objects.all(), "medlar").ids == []


def test_only_the_products_asked_about_are_found():
    make_product(title="Blue cheese", is_public=False)
    shown = make_product(title="Blue cheese")

    assert list(search(Product.objects.on_sale(), "cheese")) == [shown]


@pytest.mark.parametrize(
    "query", ["", " ", "'", "!!!", "a:* & b", "';--", "the", "\\", "x" * 5000, "1 " * 500, "é"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(query):
    make_product()

    assert find(Product.objects.all(), query).ids == []
    assert list(suggest(Product.objects.all(), query)) == []


@pytest.mark.parametrize("count", [1, 12])
def test_a_search_costs_two_questions_however_much_it_finds(count, django_assert_num_queries):
    for _ in range(count):
        make_product(title="Rye bread")
    find(Product.objects.all(), "bread")

    with django_assert_num_queries(2):
        assert len(find(Product.objects.all(), "bred").ids) == count
