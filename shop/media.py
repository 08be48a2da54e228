from django.conf import settings
from django.views.static import serve


def uploaded_file(request, path):
    """An uploaded picture. A drawing can carry scripts: opened by itself, it runs none."""
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "public, max-age=86400"
    return response
