from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

MAX_PAGE = 1_000_000


class Pages(BasePagination):
    """`page` (required, from 1) and `limit` (1 to 100): what every collection is read by."""

    default_limit, max_limit = 20, 100

    def paginate_queryset(self, queryset, request, view=None):
        self.page = self._number(request, "page", None, MAX_PAGE)
        self.limit = self._number(request, "limit", self.default_limit, self.max_limit)
        self.total = queryset.count()
        start = (self.page - 1) * self.limit
        return list(queryset[start : start + self.limit]) if start < self.total else []

    def get_paginated_response(self, data):
        return Response(
            {"page": self.page, "limit": self.limit, "total": self.total, "items": data}
        )

    def get_paginated_response_schema(self, schema):
        integer = {"type": "integer"}
        return {
            "type": "object",
            "required": ["page", "limit", "total", "items"],
            "properties": {
                "page": integer,
                "limit": integer,
                "total": integer,
                "items": schema,
            },
        }

    def get_schema_operation_parameters(self, view):
        return [
            _parameter("page", "The page, from 1.", required=True, maximum=MAX_PAGE),
            _parameter("limit", "Items a page.", default=self.default_limit, maximum=100),
        ]

    def _number(self, request, name, default, maximum):
        text = request.query_params.get(name, default)
        try:
            number = int(str(text))
        except ValueError:
            number = 0
        if not 1 <= number <= maximum:
            raise ValidationError({name: [f"A whole number from 1 to {maximum} is needed here."]})
        return number


def _parameter(name, description, *, required=False, **schema):
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": "integer", "minimum": 1} | schema,
    }
