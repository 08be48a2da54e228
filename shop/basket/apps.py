from shop.headless import HeadlessConfig


class BasketConfig(HeadlessConfig):
    default = True
    name = "shop.basket"
    label = "basket"
    verbose_name = "baskets"

    def ready(self):
        from shop.basket import receivers  # noqa: F401
