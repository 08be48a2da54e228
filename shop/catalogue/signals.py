"""What the catalogue announces about many products at once, which no save announces."""

from django.dispatch import Signal

# change: a ProductsChange that somebody is to be told of.
products_changed = Signal()

# product_ids: products whose pages may be behind them.
products_told = Signal()
