from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

# The longest number that is read at all; a page as far out as that is empty.
MOST_DIGITS = 15


class Pages(BasePagination):
    """`page` (required, from 1) and `limit` (1 to 100): what every collection is read by."""

    default_limit, max_limit = 20, 100

    def paginate_queryset(self, queryset, request, view=None):
        self.page, self.limit = self._asked(request.query_params)
        self.total = queryset.count()
        start = (self.page - 1) * self.limit
        return list(queryset[start : start + self.limit]) if start < self.total else []

    def get_paginated_response(self, data):
        return Response(
            {"page": self.page, "limit": self.limit, "total": self.total, "items": data}
        )

    def get_paginated_response_schema(self, schema):
        return {
            "type": "object",
            "required": ["page", "limit", "total", "items"],
            "properties": {
                "page": {"type": "integer", "example": 1},
                "limit": {"type": "integer", "example": self.default_limit},
                "total": {"type": "integer", "example": 1},
                "items": schema,
            },
        }

    def get_schema_operation_parameters(self, view):
        return [
            _parameter("page", "The page, from 1.", required=True),
            _parameter(
                "limit", "Items a page.", default=self.default_limit, maximum=self.max_limit
            ),
        ]

    def _asked(self, query):
        page = _number(query.get("page", ""))
        limit = _number(query.get("limit", str(self.default_limit)))
        faults = {}
        if not page:
            faults["page"] = ["Say which page, as a whole number from 1."]
        if not limit or limit > self.max_limit:
            faults["limit"] = [f"A whole number from 1 to {self.max_limit} is needed here."]
        if faults:
            raise ValidationError(faults)
        return page, limit


def _number(text):
    """A whole number from 1, or None for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        return None
    return int(text) or None


def _parameter(name, description, *, required=False, **schema):
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": "integer", "minimum": 1} | schema,
    }
