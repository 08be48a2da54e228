from shop.headless import HeadlessConfig


class OrderConfig(HeadlessConfig):
    default = True
    name = "shop.order"
    label = "order"
    verbose_name = "orders"
