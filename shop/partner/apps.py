from shop.headless import HeadlessConfig


class PartnerConfig(HeadlessConfig):
    default = True
    name = "shop.partner"
    label = "partner"
    verbose_name = "stock records"
