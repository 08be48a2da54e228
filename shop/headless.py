from oscar.core.application import OscarConfig


class HeadlessConfig(OscarConfig):
    """An Oscar app without Oscar's pages.

    Oscar's own configs load their HTML views in `ready()`, and those need
    packages and templates that Magpie does not carry. Models, managers and
    domain classes work without them.
    """

    def get_urls(self):
        return []
