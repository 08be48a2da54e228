from collections import Counter
from decimal import Decimal

import pytest

from shop.imports.articles import Tally, articles_of, choose_price, choose_title, readable
from shop.imports.sales import Sale


def sale(description="RED MUG", price="2.50", quantity=1, line=2, code="22633"):
    return Sale(line, code, description, quantity, Decimal(price))


def article_from(*sales):
    tally = Tally()
    for each in sales:
        tally.add(each)
    (article,) = articles_of({sales[0].code: tally})
    return article


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "White Hanging Heart T-Light Holder"),
        ("  SET OF 3 COLOURED  FLYING DUCKS ", "Set of 3 Coloured Flying Ducks"),
        ("RED WOOLLY HOTTIE WHITE HEART.", "Red Woolly Hottie White Heart"),
        ("FANCY FONT BIRTHDAY CARD, ", "Fancy Font Birthday Card"),
        ("AIRLINE LOUNGE,METAL SIGN", "Airline Lounge, Metal Sign"),
        ("POPPY'S PLAYHOUSE BEDROOM", "Poppy's Playhouse Bedroom"),
        ("PAPER CHAIN KIT 50'S CHRISTMAS ", "Paper Chain Kit 50's Christmas"),
        ('RECORD FRAME 7" SINGLE SIZE ', 'Record Frame 7" Single Size'),
        ("FRENCH WC SIGN BLUE METAL", "French WC Sign Blue Metal"),
        ("3D CHRISTMAS STAMPS STICKERS ", "3D Christmas Stamps Stickers"),
        ("IN THE GARDEN", "In the Garden"),
        ("BAG 500g SWIRLY MARBLES", "Bag 500g Swirly Marbles"),
        ("Hand-made by McGregor", "Hand-made by McGregor"),
    ],
)
def test_a_description_is_made_readable(description, title):
    assert readable(description) == title


def test_the_title_is_the_one_on_most_lines():
    titles = Counter({"Hand Warmer Red Polka Dot": 5, "Hand Warmer Red Retrospot": 8})
    assert choose_title(titles) == "Hand Warmer Red Retrospot"


def test_among_equal_titles_the_first_one_seen_wins():
    assert choose_title(Counter(["Second Thoughts", "Afterthoughts"])) == "Second Thoughts"


def test_spellings_that_read_the_same_count_together():
    article = article_from(
        sale("SOMETHING ELSE"), sale("SOMETHING ELSE"), sale("RED  MUG "), sale("Red Mug"),
        sale("RED MUG."),
    )  # fmt: skip
    assert article.title == "Red Mug"


def test_the_price_is_the_one_on_most_lines_whatever_the_quantities():
    article = article_from(
        sale(price="2.10"), sale(price="2.10"), sale(price="1.85", quantity=1000)
    )
    assert article.price == Decimal("2.10")


def test_among_equal_prices_the_lowest_wins():
    assert choose_price(Counter([Decimal("2.95"), Decimal("2.55")])) == Decimal("2.55")


def test_an_article_knows_what_was_sold_and_where_it_was_read():
    article = article_from(sale(quantity=6, line=2), sale(quantity=8, line=51))
    assert (article.sold, article.lines) == (14, (2, 51))
