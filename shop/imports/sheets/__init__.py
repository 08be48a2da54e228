from shop.imports.models import Kind
from shop.imports.sheets.offers import PricesSheet, StockSheet
from shop.imports.sheets.products import ProductsSheet
from shop.imports.sheets.promo_codes import PromoCodesSheet

SHEETS = {
    Kind.PRODUCTS: ProductsSheet,
    Kind.STOCK: StockSheet,
    Kind.PRICES: PricesSheet,
    Kind.PROMO_CODES: PromoCodesSheet,
}


def sheet_of(an_import):
    """The sheet that an import's rows are read by, with the rights of who asked for it."""
    return SHEETS[an_import.kind](an_import.actor, an_import.location)


def kinds_for(user):
    """What somebody may import and export."""
    return [kind for kind, sheet in SHEETS.items() if user.has_perm(sheet.permission)]
