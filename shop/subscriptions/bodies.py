"""What a program is told of an event: goods, money and places, and nothing about anybody."""

import json


def body_of(event, event_id, occurred_at, sequence, data):
    """The text that is signed and sent, and that never changes."""
    told = {
        "id": event_id,
        "type": event,
        "created_at": f"{occurred_at:%Y-%m-%dT%H:%M:%SZ}",
        "sequence": sequence,
        "data": data,
    }
    return json.dumps(told, ensure_ascii=False)


def of_step(change):
    """An order as it is after a step; it is a snapshot, of which only the status moves."""
    order = change.order
    return {
        "order": {
            "number": order.number,
            "status": change.new_status,
            "previous_status": change.old_status,
            "location": _place(order.location),
            "fulfilment": order.fulfilment,
            "items": [_item(line) for line in order.lines.all()],
            "subtotal": _money(order.subtotal),
            "discount_total": _money(order.discount_total),
            "shipping_total": _money(order.shipping_incl_tax),
            "tax_total": _money(order.total_incl_tax - order.total_excl_tax),
            "total": _money(order.total_incl_tax),
            "currency": order.currency,
        }
    }


def of_low_stock(alert):
    product = alert.stockrecord.product
    return {
        "stock": {
            "sku": product.sku,
            "name": product.title,
            "location": _place(alert.stockrecord.partner.location),
            "left": float(product.quantity(alert.left)),
            "threshold": float(product.quantity(alert.threshold)),
            "unit": product.unit,
        }
    }


def _item(line):
    return {
        "sku": line.upc,
        "name": line.title,
        "quantity": float(line.quantity_in_unit),
        "unit": line.unit,
        "unit_price": _money(line.unit_price_incl_tax),
        "line_total": _money(line.line_price_before_discounts_incl_tax),
    }


def _place(location):
    return {"id": location.pk, "slug": location.code, "name": location.name}


def _money(amount):
    return f"{amount:.2f}"
