"""What the OpenAPI document shows of carts, orders and what the staff do with them."""

CART = {
    "id": 12,
    "location": "graca",
    "currency": "EUR",
    "items": [
        {
            "id": 31,
            "sku": "TEA-SENCHA",
            "name": "Sencha",
            "quantity": 0.25,
            "unit": "kg",
            "unit_price": "42.00",
            "line_total": "10.50",
            "is_available": True,
            "reason": "",
        }
    ],
    "subtotal": "10.50",
    "discounts": [{"code": "AUTUMN", "name": "Autumn tea", "amount": "1.05"}],
    "discount_total": "1.05",
    "total": "9.45",
    "item_count": 1,
}
WISHED = {"sku": "TEA-SENCHA", "quantity": 0.25}
QUANTITY = {"quantity": 0.5}
PLACE = {"location": "graca"}
CODE = {"code": "AUTUMN"}
CHECKOUT = {
    "location": "graca",
    "contact": {
        "name": "Inês Prado",
        "phone": "+351 21 555 0100",
        "email": "ines@shopper.example",
    },
    "fulfilment": {"method": "pickup"},
    "payment": {"method": "simulated", "token": "sim_ok"},
    "promo_code": "AUTUMN",
}
PAYMENT = {
    "id": "0b6e7c3e-5d0f-4a53-8a39-4f0b5d2f6a11",
    "user": 7,
    "order": "7K3MP4QXWT",
    "amount": "9.45",
    "currency": "EUR",
    "method": "simulated",
    "status": "pending",
    "refunded": "0.00",
    "failure_code": "",
}
PLACED = {"status": "pending", "at": "2026-11-21T09:30:00Z", "reason": ""}
ORDER = {
    "number": "7K3MP4QXWT",
    "status": "pending",
    "created_at": "2026-11-21T09:30:00Z",
    "location": "graca",
    "fulfilment": {"method": "pickup"},
    "items": [
        {
            "sku": "TEA-SENCHA",
            "name": "Sencha",
            "quantity": 0.25,
            "unit": "kg",
            "unit_price": "42.00",
            "line_total": "10.50",
        }
    ],
    "subtotal": "10.50",
    "discounts": [{"code": "AUTUMN", "name": "Autumn tea", "amount": "1.05"}],
    "discount_total": "1.05",
    "shipping_total": "0.00",
    "tax_total": "1.77",
    "total": "9.45",
    "currency": "EUR",
    "payment": PAYMENT,
    "pickup": None,
    "tracking": None,
    "invoice_url": None,
    "history": [PLACED],
}
PAID = ORDER | {
    "status": "paid",
    "payment": PAYMENT | {"status": "succeeded"},
    "pickup": {
        "code": "7K3M P4QX",
        "qr_url": "https://magpie.example/api/orders/7K3MP4QXWT/qr.svg",
        "expires_at": "2026-11-28T11:00:00Z",
    },
    "invoice_url": "https://magpie.example/api/orders/7K3MP4QXWT/invoice.pdf",
    "history": [PLACED, {"status": "paid", "at": "2026-11-21T09:30:04Z", "reason": ""}],
}
CANCEL = {"reason": "I ordered the wrong tea."}
CANCELLED = ORDER | {
    "status": "cancelled",
    "payment": PAYMENT | {"status": "cancelled"},
    "history": [PLACED, {"status": "cancelled", "at": "2026-11-21T09:31:00Z", **CANCEL}],
}
PAY = {"order": "7K3MP4QXWT", "method": "simulated", "token": "sim_ok"}
STAFF_ORDER = PAID | {"pickup": PAID["pickup"] | {"code": None, "qr_url": None}}
STEP = {"status": "ready"}
READY = STAFF_ORDER | {"status": "ready"}
WANTED_REFUND = {"amount": "2.00", "reason": "A torn bag"}
REFUND = {
    "id": "c9d3c1e2-7a52-4f5e-9a4e-2f1d6f6f0a10",
    "order": "7K3MP4QXWT",
    "payment": PAYMENT["id"],
    "amount": "2.00",
    "currency": "EUR",
    "status": "pending",
    "reason": "A torn bag",
    "created_at": "2026-11-22T10:00:00Z",
}
SCANNED = {"code": "7K3M P4QX"}
PICKUP = {
    "number": "7K3MP4QXWT",
    "status": "ready",
    "location": "graca",
    "created_at": "2026-11-21T09:30:00Z",
    "items": [
        {"sku": "TEA-SENCHA", "name": "Sencha", "quantity": 0.25, "unit": "kg", "shelf": "B2"}
    ],
    "expires_at": "2026-11-28T11:00:00Z",
    "collected_at": None,
}
COLLECTED = PICKUP | {"status": "completed", "collected_at": "2026-11-22T10:00:00Z"}
NEW_PROMO_CODE = {
    "code": "AUTUMN",
    "name": "Autumn tea",
    "kind": "percent",
    "value": "10.00",
    "starts_at": "2026-10-01T00:00:00Z",
    "ends_at": "2026-12-01T00:00:00Z",
    "max_uses": 500,
    "max_uses_per_user": 1,
    "min_total": "5.00",
    "categories": ["tea"],
    "locations": ["graca"],
}
PROMO_CODE = NEW_PROMO_CODE | {
    "currency": "",
    "combinable": False,
    "uses": 12,
    "is_active": True,
}
EVENT = {
    "id": "evt_sim_2f9c",
    "type": "payment.succeeded",
    "created": 1795253400.0,
    "data": {"key": "payment-0b6e7c3e", "status": "succeeded", "amount": "9.45", "currency": "EUR"},
}
