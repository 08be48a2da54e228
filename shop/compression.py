from django.middleware.gzip import GZipMiddleware

WORTH_IT = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Pages and drawings travel packed; photos and papers are packed already."""

    def process_response(self, request, response):
        if response.headers.get("Content-Type", "").startswith(WORTH_IT):
            return super().process_response(request, response)
        return response
