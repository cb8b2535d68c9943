"""A program that uses the publish API."""

import json
from typing import Any

from django.test import Client

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope

Answer = Any


class Caller:
    """Call the API with a token of one's own: `Caller().post("/articles", {"headline": "…"})`."""

    def __init__(self, name: str = "wire desk", scope: Scope = Scope.PUBLISH) -> None:
        self.token, self.secret = ApiToken.issue(name, scope)
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"})

    def get(self, path: str, **headers: str) -> Answer:
        return self.client.get(f"/api{path}", headers=dashed(headers))

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.client.post(f"/api{path}", **payload(body), headers=dashed(headers))

    def patch(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.client.patch(f"/api{path}", **payload(body), headers=dashed(headers))

    def article(self, headline: str = "Bridge opens", **fields: object) -> Answer:
        """Make an article and return it as the API does."""
        answer = self.post("/articles", {"headline": headline, **fields})
        assert answer.status_code == 201, answer.content
        return answer.json()


def payload(body: object) -> dict[str, Any]:
    if body is None:
        return {"data": b"", "content_type": ""}  # Django's client would send an empty form
    return {"data": json.dumps(body), "content_type": "application/json"}


def dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
