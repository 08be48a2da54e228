"""The way around: what the sidebar lists, area by area, for whoever may open it."""

from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

# Area -> title, icon, the address's name, the permission that opens it.
AREAS = [
    (
        _("Selling"),
        [
            (_("Today"), "wb_sunny", "admin:index", None),
            (_("Orders"), "receipt_long", "admin:order_order_changelist", "order.view_order"),
            (
                _("Pickup counter"),
                "qr_code_scanner",
                "pickup_counter",
                "pickup.change_pickupcode",
            ),
            (_("Promo codes"), "sell", "admin:voucher_voucher_changelist", "voucher.view_voucher"),
            (
                _("Sets of promo codes"),
                "style",
                "admin:voucher_voucherset_changelist",
                "voucher.view_voucherset",
            ),
        ],
    ),
    (
        _("Goods"),
        [
            (
                _("Products"),
                "nutrition",
                "admin:catalogue_product_changelist",
                "catalogue.view_product",
            ),
            (_("Stock"), "shelves", "stock_grid", "partner.view_stockrecord"),
            (
                _("Prices and shelves"),
                "price_change",
                "admin:partner_stockrecord_changelist",
                "partner.view_stockrecord",
            ),
            (
                _("Low stock"),
                "production_quantity_limits",
                "admin:inventory_lowstockalert_changelist",
                "inventory.view_lowstockalert",
            ),
            (
                _("Deliveries"),
                "add_box",
                "admin:inventory_delivery_changelist",
                "inventory.view_delivery",
            ),
            (
                _("Transfers"),
                "local_shipping",
                "admin:inventory_transfer_changelist",
                "inventory.view_transfer",
            ),
            (
                _("Stocktakes"),
                "checklist",
                "admin:inventory_stocktake_changelist",
                "inventory.view_stocktake",
            ),
            (
                _("Stock ledger"),
                "history",
                "admin:inventory_movement_changelist",
                "inventory.view_movement",
            ),
            (
                _("Imports"),
                "upload_file",
                "admin:imports_import_changelist",
                "imports.view_import",
            ),
            (
                _("Categories"),
                "account_tree",
                "admin:catalogue_category_changelist",
                "catalogue.view_category",
            ),
            (
                _("Reviews"),
                "reviews",
                "admin:reviews_productreview_changelist",
                "reviews.view_productreview",
            ),
            (
                _("Asked for"),
                "notifications_active",
                "asked_for",
                "inventory.view_stockrequest",
            ),
        ],
    ),
    (
        _("People"),
        [
            (_("Staff"), "badge", "admin:customer_user_changelist", "customer.view_user"),
            (
                _("Invitations"),
                "mail",
                "admin:staff_invitation_changelist",
                "staff.view_invitation",
            ),
            (
                _("Signed in"),
                "devices",
                "admin:staff_staffsession_changelist",
                "staff.view_staffsession",
            ),
            (
                _("Customers"),
                "groups",
                "admin:customer_customer_changelist",
                "customer.view_customer",
            ),
        ],
    ),
    (
        _("Privacy and audit"),
        [
            (
                _("Looks at contacts"),
                "visibility",
                "admin:contacts_reveal_changelist",
                "contacts.view_reveal",
            ),
            (
                _("Requests"),
                "folder_shared",
                "admin:privacy_privacyevent_changelist",
                "privacy.view_privacyevent",
            ),
            (
                _("Retention"),
                "auto_delete",
                "admin:privacy_retentionperiod_changelist",
                "privacy.view_retentionperiod",
            ),
            (
                _("Audit"),
                "fact_check",
                "admin:audit_auditentry_changelist",
                "audit.view_auditentry",
            ),
        ],
    ),
    (
        _("The shop"),
        [
            (
                _("Locations"),
                "storefront",
                "admin:locations_location_changelist",
                "locations.view_location",
            ),
            (
                _("Payments"),
                "payments",
                "admin:payment_payment_changelist",
                "payment.view_payment",
            ),
            (
                _("Refunds"),
                "undo",
                "admin:payment_refund_changelist",
                "payment.view_payment",
            ),
            (
                _("Webhooks received"),
                "webhook",
                "admin:payment_webhookevent_changelist",
                "payment.view_webhookevent",
            ),
            (
                _("Subscriptions"),
                "hub",
                "admin:subscriptions_subscription_changelist",
                "subscriptions.view_subscription",
            ),
            (
                _("Webhooks sent"),
                "outbound",
                "admin:subscriptions_webhook_changelist",
                "subscriptions.view_webhook",
            ),
            (
                _("Work under way"),
                "pending_actions",
                "admin:tasks_outboxmessage_changelist",
                "tasks.view_outboxmessage",
            ),
            (
                _("Letters"),
                "mail",
                "admin:mail_letter_changelist",
                "mail.view_letter",
            ),
            (_("Health"), "ecg_heart", "health", "reconciliation.view_reconcilerun"),
        ],
    ),
]
ELSEWHERE = [
    (_("The shop's pages"), "local_mall", "/", None),
    (_("Content"), "edit_document", "wagtailadmin_home", "wagtailadmin.access_admin"),
    (_("API"), "api", "/api/docs/", None),
]


def sidebar(request):
    areas = [_area(title, items, request.user) for title, items in AREAS]
    elsewhere = _area(_("Elsewhere"), ELSEWHERE, request.user)
    for item in elsewhere["items"]:
        # Every address begins with the shop's own.
        item["active"] = False
    areas[0]["separator"] = False
    return [area for area in (*areas, elsewhere) if area["items"]]


def _area(title, items, user):
    return {"title": title, "separator": True, "items": _allowed(items, user)}


def _allowed(items, user):
    return [
        {"title": title, "icon": icon, "link": _address(name)}
        for title, icon, name, permission in items
        if permission is None or user.has_perm(permission)
    ]


def title_of(name):
    """What the sidebar calls a list by its address's name; None when it does not lead there."""
    return next(
        (title for _area, items in AREAS for title, _icon, at, _ in items if at == name), None
    )


def _address(name):
    return name if name.startswith("/") else reverse(name)


def cms_page_of(product):
    """Where a product's story is edited, or None in a shop without those pages."""
    try:
        return reverse("edit_product_page", args=[product.sku])
    except NoReverseMatch:
        return None


def styles(request):
    return static("backoffice/office.css")


def scripts(request):
    return static("backoffice/office.js")


def icon(request):
    return static("backoffice/magpie.svg")
