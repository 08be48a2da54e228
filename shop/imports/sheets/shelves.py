"""The categories by their whole path, as in `Fruit > Apples`."""

from oscar.apps.catalogue.categories import create_from_sequence

from shop.catalogue.models import Category

BELOW = " > "
DEEPEST = 20


class Shelves:
    def __init__(self):
        self.by_pk = _paths()
        self.by_path = {path: pk for pk, path in self.by_pk.items()}
        self.spellings = {path.lower(): path for path in self.by_path}

    def spelt(self, typed):
        """The path that somebody typed, in whatever capitals."""
        path = BELOW.join(name.strip() for name in typed.split(BELOW.strip()))
        return self.spellings.get(path.lower(), path)

    def category(self, path):
        return Category.objects.get(pk=self.by_path[path])

    def pk_of(self, path):
        """The category of a path, made with those above it where they are missing."""
        if path not in self.by_path:
            self.by_path[path] = create_from_sequence(path.split(BELOW))[-1].pk
        return self.by_path[path]


def is_sayable(path):
    """Whether categories could be made of a path."""
    names = path.split(BELOW)
    return len(names) <= DEEPEST and all(0 < len(name) <= 255 for name in names)


def _paths():
    by_pk, above = {}, {}
    for pk, path, name in Category.objects.order_by("path").values_list("pk", "path", "name"):
        parent = above.get(path[: -Category.steplen])
        above[path] = by_pk[pk] = f"{parent}{BELOW}{name}" if parent else name
    return by_pk
