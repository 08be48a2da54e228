from shop.headless import HeadlessConfig


class ReviewsConfig(HeadlessConfig):
    default = True
    name = "shop.catalogue.reviews"
    label = "reviews"
    verbose_name = "reviews"
