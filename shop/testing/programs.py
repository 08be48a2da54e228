"""Programs that use the API, each for one user."""

import json

from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken


class Program:
    """Acts for a user: `shopper.post("/api/cart/", {"sku": "TEA"})`."""

    def __init__(self, user):
        self.user = user
        token = AccessToken.for_user(user)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path, **headers):
        return self.client.get(path, headers=headers)

    def __getattr__(self, method):
        def send(path, body=None, **headers):
            return getattr(self.client, method)(
                path, json.dumps(body or {}), content_type="application/json", headers=headers
            )

        return send
