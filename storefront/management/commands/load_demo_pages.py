from datetime import date

from django.core.management import BaseCommand
from wagtail.rich_text import RichText

from shop.demo.reading import picture, read
from storefront.models import (
    CategoryPage,
    HomePage,
    LocationPage,
    PlainPage,
    ProductPage,
    StoryPage,
)
from storefront.site_tree import add_page, site_tree


class Command(BaseCommand):
    help = "Writes and publishes the demo's pages; called by load_demo once the goods are there."

    def handle(self, **options):
        pages = [
            *_product_stories(),
            *_location_stories(),
            *_category_pictures(),
            _home(),
            _about(),
            *_stories(),
        ]
        self.stdout.write(f"  {len(pages):>3} pages written")


def _text(html):
    return ("text", RichText(html.strip()))


def _publish(page):
    page.save_revision().publish()
    return page


def _product_stories():
    pages = {page.product.upc: page for page in ProductPage.objects.select_related("product")}
    for row in read("products")["product"]:
        page = pages[row["sku"]]
        page.story = [_text(row["story"])]
        yield _publish(page)


def _location_stories():
    pages = {page.location.code: page for page in LocationPage.objects.select_related("location")}
    for row in read("locations")["location"]:
        page = pages[row["code"]]
        page.intro, page.story = row["intro"], [_text(row["story"])]
        page.picture = picture(row["picture"], row["name"])
        yield _publish(page)


def _category_pictures():
    pages = {page.category.slug: page for page in CategoryPage.objects.select_related("category")}
    for row in read("categories")["category"]:
        page = pages[row["slug"]]
        page.picture = picture(row["picture"], row["name"])
        yield _publish(page)


def _home():
    row = read("pages")["home"]
    home = HomePage.objects.get(pk=site_tree().home.pk)
    home.hero_title, home.hero_text = row["hero_title"], row["hero_text"]
    home.hero_picture = picture(row["hero_picture"], row["hero_title"])
    home.body = [
        ("shelf", {"heading": "New on the shelf", "rule": "new", "products": [], "how_many": 8}),
        ("features", {"features": row["section"]}),
    ]
    return _publish(home)


def _about():
    row = read("pages")["about"]
    questions = [
        {"question": step["title"], "answer": RichText(f"<p>{step['text']}</p>")}
        for step in row["step"]
    ]
    body = [_text(row["body"]), ("questions", {"heading": "", "questions": questions})]
    return _write(PlainPage(body=body, show_in_menus=True), row)


def _stories():
    for row in read("pages")["story"]:
        day = date.fromisoformat(row["date"])
        yield _write(StoryPage(body=[_text(row["body"])], date=day), row)


def _write(page, row):
    page.title, page.slug, page.intro = row["title"], row["slug"], row["intro"]
    page.picture = picture(row["picture"], row["title"])
    return _publish(add_page(site_tree().home, page))
