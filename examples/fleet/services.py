"""The services of a web shop's company: who they are, what they offer, and who uses what."""

from typing import Any

Endpoint = tuple[str, str, str, int, Any]
"""A description, a method, a path, a status and an example of the answer."""

OFFERS: dict[str, tuple[Endpoint, ...]] = {
    "orders": (
        (
            "a request for an order",
            "GET",
            "/orders/1042",
            200,
            {
                "id": 1042,
                "status": "paid",
                "total": 74.5,
                "currency": "EUR",
                "lines": [{"sku": "TEA-01", "quantity": 2}],
            },
        ),
        ("a request for an unknown order", "GET", "/orders/0", 404, {"title": "There is no such order", "status": 404}),
        ("a request to place an order", "POST", "/orders", 201, {"id": 1043, "status": "placed"}),
        ("a request to cancel an order", "DELETE", "/orders/1042", 204, None),
    ),
    "payments": (
        (
            "a request to authorise a payment",
            "POST",
            "/payments",
            201,
            {"id": "pay_8412", "state": "authorised", "amount": 74.5},
        ),
        (
            "a request for a payment",
            "GET",
            "/payments/pay_8412",
            200,
            {"id": "pay_8412", "state": "captured", "amount": 74.5},
        ),
        ("a request to refund a payment", "POST", "/payments/pay_8412/refunds", 201, {"id": "ref_17", "amount": 10.0}),
    ),
    "catalogue": (
        (
            "a request for a product",
            "GET",
            "/products/TEA-01",
            200,
            {"sku": "TEA-01", "name": "Assam, second flush", "price": 12.25, "inStock": True},
        ),
        (
            "a request for the products of a category",
            "GET",
            "/categories/tea/products",
            200,
            {"items": [{"sku": "TEA-01", "name": "Assam, second flush"}], "next": None},
        ),
    ),
    "inventory": (
        (
            "a request for the stock of a product",
            "GET",
            "/stock/TEA-01",
            200,
            {"sku": "TEA-01", "available": 41, "reserved": 3},
        ),
        (
            "a request to reserve stock",
            "POST",
            "/reservations",
            201,
            {"reservation": "r-771", "expires": "2026-03-01T12:00:00Z"},
        ),
    ),
    "accounts": (
        (
            "a request for a customer",
            "GET",
            "/customers/77",
            200,
            {"id": 77, "name": "Ada King", "email": "ada@example.com", "tier": "gold"},
        ),
        (
            "a request for the addresses of a customer",
            "GET",
            "/customers/77/addresses",
            200,
            [{"city": "Utrecht", "postcode": "3511 AB"}],
        ),
    ),
    "identity": (
        (
            "a request to check a token",
            "POST",
            "/introspect",
            200,
            {"active": True, "subject": "77", "scopes": ["orders:read"]},
        ),
        (
            "a request for the public keys",
            "GET",
            "/.well-known/jwks.json",
            200,
            {"keys": [{"kty": "RSA", "kid": "2026-01"}]},
        ),
    ),
    "search": (
        ("a search for products", "GET", "/search", 200, {"hits": [{"sku": "TEA-01", "score": 0.93}], "total": 1}),
    ),
    "pricing": (
        ("a request for prices", "POST", "/prices", 200, {"prices": [{"sku": "TEA-01", "net": 10.29, "gross": 12.25}]}),
    ),
    "tax": (("a request for tax rates", "GET", "/rates/NL", 200, {"country": "NL", "standard": 21.0, "reduced": 9.0}),),
    "shipping": (
        (
            "a request for shipping options",
            "POST",
            "/quotes",
            200,
            {"options": [{"carrier": "post", "days": 2, "price": 4.95}]},
        ),
        ("a request for a shipment", "GET", "/shipments/s-9", 200, {"id": "s-9", "state": "on its way"}),
    ),
    "carriers": (("a request to book a carrier", "POST", "/bookings", 201, {"booking": "bk-5", "label": "JVGL0593"}),),
    "notifications": (("a request to send a message", "POST", "/messages", 202, {"accepted": True}),),
    "recommendations": (
        ("a request for recommendations", "GET", "/customers/77/recommendations", 200, {"skus": ["TEA-02", "MUG-07"]}),
    ),
    "reviews": (
        (
            "a request for the reviews of a product",
            "GET",
            "/products/TEA-01/reviews",
            200,
            {"average": 4.6, "count": 128},
        ),
    ),
    "loyalty": (("a request for the points of a customer", "GET", "/customers/77/points", 200, {"points": 1280}),),
    "fraud": (("a request to score an order", "POST", "/scores", 200, {"score": 0.04, "decision": "accept"}),),
    "ledger": (("a request to post an entry", "POST", "/entries", 201, {"entry": "e-88"}),),
    "media": (
        (
            "a request for an image",
            "GET",
            "/images/TEA-01",
            200,
            {"url": "https://cdn.example.com/TEA-01.webp", "width": 800},
        ),
    ),
    "feature-flags": (
        ("a request for the flags of a customer", "GET", "/flags", 200, {"new-checkout": True, "dark-mode": False}),
    ),
}

USES: dict[str, tuple[str, ...]] = {
    "web-shop": ("storefront-bff", "identity", "feature-flags"),
    "ios-app": ("storefront-bff", "identity", "loyalty"),
    "android-app": ("storefront-bff", "identity", "loyalty"),
    "partner-api": ("orders", "catalogue", "identity"),
    "back-office": ("orders", "accounts", "inventory", "payments", "reviews"),
    "storefront-bff": ("orders", "catalogue", "search", "accounts", "recommendations", "reviews", "media", "pricing"),
    "orders": ("payments", "inventory", "pricing", "shipping", "accounts", "fraud"),
    "payments": ("ledger", "fraud"),
    "search": ("catalogue",),
    "recommendations": ("catalogue", "accounts"),
    "pricing": ("tax", "catalogue"),
    "shipping": ("carriers", "notifications"),
    "loyalty": ("accounts", "notifications"),
    "accounts": ("identity", "notifications"),
    "fraud": ("accounts",),
    "reviews": ("identity", "media"),
    "data-warehouse": ("orders", "payments", "catalogue"),
    "invoice-printer": ("orders", "tax"),
}

OFFERS["storefront-bff"] = (
    (
        "a request for the home page",
        "GET",
        "/home",
        200,
        {"banner": "Spring teas", "products": [{"sku": "TEA-01", "price": 12.25}]},
    ),
    ("a request for the basket", "GET", "/basket", 200, {"items": [{"sku": "TEA-01", "quantity": 2}], "total": 24.5}),
    ("a request to check out", "POST", "/checkout", 201, {"order": 1043, "status": "placed"}),
)

EVENTS: dict[tuple[str, str], tuple[str, Any]] = {
    ("data-warehouse", "orders"): ("an order was placed", {"event": "order.placed", "order": 1043, "total": 74.5}),
    ("data-warehouse", "payments"): ("a payment was captured", {"event": "payment.captured", "payment": "pay_8412"}),
    ("invoice-printer", "orders"): ("an order was shipped", {"event": "order.shipped", "order": 1042}),
}
"""What some consumers hear of instead of asking for: by consumer and provider."""

LABELS = {
    "team-checkout": ("orders", "payments", "fraud", "ledger"),
    "team-discovery": ("catalogue", "search", "recommendations"),
    "mobile": ("ios-app", "android-app"),
}
