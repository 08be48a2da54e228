from django.conf import settings
from django.http import FileResponse
from wagtail.images.views.serve import ServeView


class PictureView(ServeView):
    """A picture at one of the sizes that pages ask for; its address changes when it does."""

    action = "serve" if settings.SERVE_MEDIA else "redirect"

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if response.status_code == 200:
            response["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    def serve(self, rendition):
        file = rendition.file.storage.open(rendition.file.name)
        form = rendition.filter_spec.rpartition("format-")[2]
        headers = {"Content-Security-Policy": "default-src 'none'"}
        return FileResponse(file, content_type=f"image/{form}", headers=headers)
