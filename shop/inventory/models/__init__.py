from shop.inventory.models.movements import Movement, MovementKind
from shop.inventory.models.shortages import LowStockAlert, StockRequest
from shop.inventory.models.stocktakes import Count, Stocktake
from shop.inventory.models.transfers import Transfer, TransferLine, TransferStatus

__all__ = [
    "Count",
    "LowStockAlert",
    "Movement",
    "MovementKind",
    "StockRequest",
    "Stocktake",
    "Transfer",
    "TransferLine",
    "TransferStatus",
]
