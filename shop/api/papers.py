"""What an order is collected with, and its invoice: pictures and papers, not JSON."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.views import APIView

from shop.api.schema import operation
from shop.invoices import pdf
from shop.invoices.models import Invoice
from shop.order.models import Order
from shop.pickup import qr
from shop.pickup.codes import valid_code
from shop.pickup.counter import WITHOUT_CODE


class Bytes(BaseRenderer):
    """A kind that is drawn by the domain; errors are said in JSON all the same."""

    charset = None
    render_style = "binary"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return JSONRenderer().render(data)


class Svg(Bytes):
    media_type, format = "image/svg+xml", "svg"


class Png(Bytes):
    media_type, format = "image/png", "png"


class Pdf(Bytes):
    media_type, format = "application/pdf", "pdf"


def _drawn(data, kind, **headers):
    private = {"Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=kind.media_type, headers=private | headers)


class OrderQr(APIView):
    """For the order's owner; of the staff, for those who may hand over without a code."""

    kind = Svg
    renderer_classes = [Svg, JSONRenderer]

    @operation(
        answers={(200, Svg.media_type): OpenApiTypes.BINARY}, operation_id="orders_qr_svg_retrieve"
    )
    def get(self, request, number):
        """The QR code that an order is collected with."""
        return self.drawn(request, number)

    def drawn(self, request, number):
        orders = Order.objects.of_shopper(request.user)
        if request.user.has_perm(WITHOUT_CODE):
            orders |= Order.objects.visible_to(request.user)
        order = get_object_or_404(orders.prefetch_related("pickup_codes"), number=number)
        code = valid_code(order)
        if code is None:
            raise Http404("This order is not collected with a code, or not now.")
        return _drawn(qr.picture(code, self.kind.format), self.kind)


class OrderQrAsPng(OrderQr):
    kind = Png
    renderer_classes = [Png, JSONRenderer]

    @operation(
        answers={(200, Png.media_type): OpenApiTypes.BINARY}, operation_id="orders_qr_png_retrieve"
    )
    def get(self, request, number):
        """The QR code that an order is collected with, as it goes into a mail."""
        return self.drawn(request, number)


class OrderInvoice(APIView):
    renderer_classes = [Pdf, JSONRenderer]

    @operation(
        answers={(200, Pdf.media_type): OpenApiTypes.BINARY}, operation_id="orders_invoice_retrieve"
    )
    def get(self, request, number):
        """An order's invoice. The staff are not told whom it is for."""
        invoice = _invoices(request.user).filter(order__number=number).first()
        if invoice is None:
            raise Http404("There is no invoice for this order, or not yet.")
        is_own = invoice.order.user_id == request.user.pk
        drawn = (
            pdf.shoppers_invoice(invoice, invoice.order) if is_own else pdf.staffs_invoice(invoice)
        )
        name = f'inline; filename="{invoice.number}.pdf"'
        return _drawn(drawn, Pdf, **{"Content-Disposition": name})


def _invoices(user):
    orders = Order.objects.of_shopper(user)
    if user.has_perm("order.view_order"):
        orders |= Order.objects.visible_to(user)
    return Invoice.objects.filter(order__in=orders).select_related("order__contact")
