"""Small files of invoice lines for the tests."""

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def line(
    invoice="536365",
    code="22633",
    description="HAND WARMER",
    quantity="6",
    date="12/1/2010 8:26",
    price="1.85",
):
    return f'{invoice},{code},"{description}",{quantity},{date},{price},17850,United Kingdom'


def write_file(directory, *lines, encoding="utf-8"):
    path = directory / "sales.csv"
    path.write_text("\r\n".join([HEADER, *lines]), encoding=encoding, newline="")
    return path
