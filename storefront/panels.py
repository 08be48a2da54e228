"""What the CMS shows beside a page that stands for something of the shop."""

from django.urls import NoReverseMatch, reverse
from wagtail.admin.panels import Panel


class StandsForPanel(Panel):
    """Names the product, category or location, and leads to its stock those who may see that."""

    def __init__(self, relation, **kwargs):
        super().__init__(**kwargs)
        self.relation = relation

    def clone_kwargs(self):
        return super().clone_kwargs() | {"relation": self.relation}

    class BoundPanel(Panel.BoundPanel):
        template_name = "storefront/cms/stands_for.html"

        def get_context_data(self, parent_context=None):
            thing = getattr(self.instance, self.panel.relation)
            return super().get_context_data(parent_context) | {
                "thing": thing,
                "stock_url": stock_url(self.request.user, thing)
                if self.panel.relation == "product"
                else None,
            }


def stock_url(user, product):
    """Where the back office lists a product's stock, for those who may look there."""
    if not (user.is_staff and user.has_perm("partner.view_stockrecord")):
        return None
    try:
        records = reverse("admin:partner_stockrecord_changelist")
    except NoReverseMatch:
        return None
    return f"{records}?product__id__exact={product.pk}"
