"""Programs that use the API, each for one user."""

import json

from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken


class Program:
    """Acts for a user, or for nobody: `shopper.post("/api/cart/", {"sku": "TEA"})`."""

    def __init__(self, user=None):
        self.user = user
        headers = {"authorization": f"Bearer {AccessToken.for_user(user)}"} if user else {}
        self.client = Client(headers=headers)

    def get(self, path, query=None, **headers):
        return self.client.get(path, query, headers=headers)

    def __getattr__(self, method):
        def send(path, body=None, **headers):
            return getattr(self.client, method)(
                path, json.dumps(body or {}), content_type="application/json", headers=headers
            )

        return send
