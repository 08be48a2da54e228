"""Programs that call the API, each for somebody, or for nobody at all."""

import json

from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

PROBLEM = "application/problem+json"


class Caller:
    def __init__(self, user=None):
        self.user = user
        headers = {"authorization": f"Bearer {AccessToken.for_user(user)}"} if user else {}
        self.client = Client(headers=headers)

    def get(self, path, **query):
        return self.client.get(path, query)

    def post_form(self, path, **values):
        """As a browser sends a form with a file in it."""
        return self.client.post(path, values)

    def __getattr__(self, method):
        def send(path, body=None, **headers):
            data = json.dumps({} if body is None else body)
            call = getattr(self.client, method)
            return call(path, data, content_type="application/json", headers=headers)

        return send


def refused(answer):
    """What a problem says: its status, its code, and the names of the fields that are wrong."""
    assert answer["content-type"] == PROBLEM, answer.content
    told = answer.json()
    assert told["status"] == answer.status_code
    assert ("errors" in told) == (answer.status_code == 400)
    return answer.status_code, told["code"], *sorted(told.get("errors", ()))
