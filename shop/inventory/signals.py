"""What stock announces, inside the transaction that made it so."""

from django.dispatch import Signal

# alerts: the LowStockAlerts that one booking raised.
stock_ran_low = Signal()

# movement_id: a movement after which something was free that somebody waits for.
stock_came_free = Signal()

# request: a StockRequest whose shopper is to be told now.
stock_is_back = Signal()
