"""The shop's roles: groups and what each may do, brought into line on every migrate.

Who hands over sends no money back, and who sends money back moves no stock by hand:
nobody can cover up alone what went missing. Owners can do all of it, and everything
they do is recorded. Whose rows somebody sees is another question: those of the
locations that they work at, or all of them with `locations.see_every_location`.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from shop.migrated import is_last

OWNER = "Owner"
STOCK_KEEPER = "Stock keeper"
ORDER_DESK = "Order desk"
COUNTER = "Counter"
PROMOTIONS = "Promotions"
SUPPORT = "Support"
SELLER = "Seller"
EDITOR = "Editors"  # Wagtail makes this group, with its rights to pages and pictures.

_KEEP = ("view", "add", "change")
_ALL = (*_KEEP, "delete")
_STOCK_ON_THE_MOVE = [
    *(f"inventory.{verb}_{model}" for verb in _KEEP for model in ("transfer", "stocktake")),
    *(f"inventory.{verb}_delivery" for verb in ("view", "add")),
    "inventory.view_lowstockalert",
]
# Of what, is said by the rights to that.
_TABLES = ["imports.view_import", "imports.add_import"]

ROLES = {
    OWNER: [
        "locations.see_every_location",
        "catalogue.see_every_product",
        *(f"locations.{verb}_location" for verb in _KEEP),
        *(f"locations.{verb}_{model}" for verb in _ALL for model in ("openinghours", "closedday")),
        *(f"shipping.{verb}_deliveryrate" for verb in _ALL),
        *(f"catalogue.{verb}_{model}" for verb in _ALL for model in ("product", "category")),
        *(f"partner.{verb}_stockrecord" for verb in _KEEP),
        "inventory.view_movement",
        *_STOCK_ON_THE_MOVE,
        *_TABLES,
        "order.view_order",
        "order.change_order",
        "payment.view_payment",
        "payment.add_refund",
        "payment.view_webhookevent",
        "pickup.add_pickupcode",
        "pickup.change_pickupcode",
        "pickup.hand_over_without_code",
        "mail.add_letter",
        *(f"voucher.{verb}_voucher" for verb in _ALL),
        *(f"voucher.{verb}_voucherset" for verb in ("view", "add")),
        "customer.view_user",
        "customer.change_user",
        "customer.view_customer",
        *(f"staff.{verb}_invitation" for verb in _KEEP),
        *(f"staff.{verb}_staffsession" for verb in ("view", "delete")),
        "staff.add_twofactordemand",
        "audit.view_auditentry",
        "privacy.view_privacyevent",
        *(f"privacy.{verb}_retentionperiod" for verb in ("view", "add")),
        "contacts.reveal_contact",
        "contacts.view_reveal",
        "tasks.view_outboxmessage",
        "tasks.change_outboxmessage",
        "mail.view_letter",
        *(f"subscriptions.{verb}_subscription" for verb in _KEEP),
        *(f"subscriptions.{verb}_webhook" for verb in ("view", "change")),
        *(f"reconciliation.{verb}_reconcilerun" for verb in ("view", "add")),
        "reconciliation.add_repair",
        *(f"reviews.{verb}_productreview" for verb in ("view", "change")),
        "inventory.view_stockrequest",
        *(f"campaigns.{verb}_campaign" for verb in _ALL),
        "wagtailadmin.access_admin",
    ],
    STOCK_KEEPER: [
        "catalogue.see_every_product",
        "catalogue.view_product",
        "catalogue.view_category",
        *(f"partner.{verb}_stockrecord" for verb in _KEEP),
        "inventory.view_movement",
        *_STOCK_ON_THE_MOVE,
        "inventory.view_stockrequest",
        *_TABLES,
    ],
    ORDER_DESK: [
        "order.view_order",
        "order.change_order",
        "payment.view_payment",
        "payment.add_refund",
        "pickup.add_pickupcode",
        "mail.add_letter",
    ],
    COUNTER: ["order.view_order", "pickup.change_pickupcode"],
    PROMOTIONS: [
        "catalogue.see_every_product",
        "catalogue.view_product",
        "catalogue.view_category",
        *(f"voucher.{verb}_voucher" for verb in _KEEP),
        *(f"voucher.{verb}_voucherset" for verb in ("view", "add")),
        *(f"reviews.{verb}_productreview" for verb in ("view", "change")),
        *_TABLES,
    ],
    SUPPORT: [
        "order.view_order",
        "payment.view_payment",
        "contacts.reveal_contact",
        "pickup.add_pickupcode",
        "mail.add_letter",
    ],
    SELLER: [
        *(f"catalogue.{verb}_product" for verb in _KEEP),
        "catalogue.view_category",
        *(f"partner.{verb}_stockrecord" for verb in _KEEP),
        "inventory.view_movement",
        "inventory.view_lowstockalert",
        *_TABLES,
        "order.view_order",
    ],
    EDITOR: [
        "wagtailadmin.access_admin",
        *(f"catalogue.{verb}_synonyms" for verb in _ALL),
        "campaigns.view_campaign",
    ],
}


def keep_roles(app_config, **_signal):
    """Give each role what the table says and take away what it no longer says.

    Rights of one's own invention belong into groups of one's own.
    """
    if not is_last(app_config):
        return
    for name, permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        # The editors' rights to pages and pictures are Wagtail's.
        kept = group.permissions.exclude(_of_the_shop()) if name == EDITOR else []
        group.permissions.set([*_permissions(permissions), *kept])


def _of_the_shop():
    rooms = [app.label for app in apps.get_app_configs() if app.name.startswith("shop.")]
    return Q(content_type__app_label__in=[*rooms, "tasks"])


def _permissions(names):
    wanted = Q(pk__in=[])
    for name in names:
        app_label, codename = name.split(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    return Permission.objects.filter(wanted)


def role_of(user):
    """What somebody is to the API's clients: `admin`, `seller` or `customer`.

    Owners alone are admins there. The narrower roles are customers by name; of the calls
    for the staff, a program that acts for one of them may make those that it may take the
    steps of in the back office.
    """
    titles = _titles(user)
    if user.is_superuser or OWNER in titles:
        return "admin"
    return "seller" if SELLER in titles else "customer"


def title_of(user):
    """What somebody of the staff is to a shopper: their roles, never their name."""
    if user.is_superuser:
        return OWNER
    titles = _titles(user)
    return ", ".join(name for name in ROLES if name in titles)


def _titles(user):
    return set(user.groups.values_list("name", flat=True))
