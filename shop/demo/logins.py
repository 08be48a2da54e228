"""Who can log in to the demo shop: `load_demo` creates them, the launcher prints them."""

from typing import NamedTuple


class DemoLogin(NamedTuple):
    role: str
    email: str
    password: str
    where: str


DEMO_LOGINS = [
    DemoLogin("shopper", "shopper@magpie.example", "shiny-basket", "/accounts/login/"),
    DemoLogin("editor", "editor@magpie.example", "shiny-feather", "/cms/"),
    DemoLogin("admin", "admin@magpie.example", "shiny-keys", "/backoffice/"),
    DemoLogin("seller", "seller@magpie.example", "shiny-shelves", "/backoffice/"),
    DemoLogin("keeper", "keeper@magpie.example", "shiny-crates", "/backoffice/"),
    DemoLogin("desk", "desk@magpie.example", "shiny-stamps", "/backoffice/"),
    DemoLogin("promotions", "promotions@magpie.example", "shiny-posters", "/backoffice/"),
    DemoLogin("support", "support@magpie.example", "shiny-headset", "/backoffice/"),
    DemoLogin("counter", "counter@magpie.example", "shiny-bell", "/backoffice/"),
]
