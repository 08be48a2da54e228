from shop.headless import HeadlessConfig


class WishlistsConfig(HeadlessConfig):
    default = True
    name = "shop.wishlists"
    label = "wishlists"
    verbose_name = "wishlists"
