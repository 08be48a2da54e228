from shop.testing.pages import pages_if_wanted

__all__ = ["pages_if_wanted"]
