from shop.inventory.models.deliveries import Delivery
from shop.inventory.models.movements import Movement, MovementKind
from shop.inventory.models.shortages import LowStockAlert, StockRequest
from shop.inventory.models.stocktakes import Count, Scan, Stocktake
from shop.inventory.models.transfers import Transfer, TransferLine, TransferStatus

__all__ = [
    "Count",
    "Delivery",
    "LowStockAlert",
    "Movement",
    "MovementKind",
    "Scan",
    "StockRequest",
    "Stocktake",
    "Transfer",
    "TransferLine",
    "TransferStatus",
]
