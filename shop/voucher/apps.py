from shop.headless import HeadlessConfig


class VoucherConfig(HeadlessConfig):
    default = True
    name = "shop.voucher"
    label = "voucher"
    verbose_name = "promo codes"
