from shop.testing.browser import browser, chromium_path, shop_address, visit

__all__ = ["browser", "chromium_path", "shop_address", "visit"]
