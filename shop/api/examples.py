"""What the OpenAPI document shows of each body: the same shop in all of them."""

USER = {
    "id": 7,
    "email": "ines@shopper.example",
    "username": "ines",
    "first_name": "Inês",
    "last_name": "Prado",
    "role": "customer",
}
REGISTRATION = {"email": "ines@shopper.example", "password": "seven-brass-owls"}
LOGIN = {"email": "ines@shopper.example", "password": "seven-brass-owls"}
REFRESH = {"refresh": "eyJhbGciOiJIUzI1NiIs.refresh.kZ3v"}
PAIR = {"access": "eyJhbGciOiJIUzI1NiIs.access.9fQd", **REFRESH}
TOKENS = {"user": USER, **PAIR}
PROFILE = {"first_name": "Inês", "username": "ines"}
PASSWORD = {"password": "seven-brass-owls"}
CATEGORY = {"slug": "tea", "name": "Tea", "parent": "pantry"}
PRODUCT = {
    "sku": "TEA-SENCHA",
    "name": "Sencha",
    "slug": "sencha",
    "description": "Grassy, and quick to brew.",
    "category": "tea",
    "price": "42.00",
    "currency": "EUR",
    "unit": "kg",
    "step": 0.05,
    "image_url": "https://magpie.example/media/original_images/sencha.webp",
    "is_available": True,
    "stock_quantity": 3.75,
    "rating": 4.5,
    "review_count": 2,
    "url": "https://magpie.example/p/TEA-SENCHA/",
}
PRODUCT_DETAIL = PRODUCT | {
    "images": [PRODUCT["image_url"]],
    "locations": [
        {
            "id": 1,
            "slug": "graca",
            "name": "Magpie Graça",
            "country": "PT",
            "price": "42.00",
            "currency": "EUR",
            "stock_quantity": 3.75,
        }
    ],
}
NEW_PRODUCT = {
    "sku": "TEA-SENCHA",
    "name": "Sencha",
    "description": "Grassy, and quick to brew.",
    "category": "tea",
    "price": "42.00",
    "unit": "kg",
    "step": 0.05,
    "location": "graca",
    "stock_quantity": 3.75,
}
NEW_REVIEW = {"rating": 5, "title": "Like a meadow", "comment": "I drink nothing else."}
REVIEW = {
    "id": 3,
    **NEW_REVIEW,
    "created_at": "2026-11-21T09:30:00Z",
    "status": "pending",
}
LOCATION = {
    "id": 1,
    "slug": "graca",
    "name": "Magpie Graça",
    "country": "PT",
    "city": "Lisbon",
    "address": "12 Largo da Graça, 1170-165 Lisbon",
    "latitude": "38.717100",
    "longitude": "-9.130300",
    "currency": "EUR",
    "hours": [{"weekday": 0, "opens": "09:00:00", "closes": "19:00:00"}],
    "is_open_now": True,
    "url": "https://magpie.example/l/graca/",
}
STOCK_CHANGE = {"delta": -0.25, "reason": "A torn bag", "price": "43.00"}
STOCK = {
    "sku": "TEA-SENCHA",
    "location": "graca",
    "price": "43.00",
    "currency": "EUR",
    "unit": "kg",
    "num_in_stock": 3.5,
    "num_reserved": 0.25,
    "num_available": 3.25,
    "low_stock_threshold": 0.5,
    "is_low": False,
    "movements": [
        {
            "kind": "adjusted",
            "in_stock_change": -0.25,
            "reserved_change": 0,
            "in_stock_after": 3.5,
            "reserved_after": 0.25,
            "cause": "",
            "reason": "A torn bag",
            "at": "2026-11-21T09:30:00Z",
        }
    ],
}
WISH = {"sku": "TEA-SENCHA"}
