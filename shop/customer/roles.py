"""The shop's roles: groups and what each may do, granted on every migrate, never taken away."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from shop.migrated import is_last

OWNER = "Owner"
COUNTER = "Counter"
SELLER = "Seller"
EDITOR = "Editors"  # Wagtail makes this group, with its rights to pages and pictures.

ROLES = {
    OWNER: [
        "locations.see_every_location",
        "catalogue.see_every_product",
        *(
            f"locations.{verb}_{model}"
            for verb in ("view", "add", "change", "delete")
            for model in ("location", "openinghours", "closedday")
            if (verb, model) != ("delete", "location")
        ),
        *(
            f"catalogue.{verb}_{model}"
            for verb in ("view", "add", "change", "delete")
            for model in ("product", "category")
        ),
        *(f"partner.{verb}_stockrecord" for verb in ("view", "add", "change")),
        "inventory.view_movement",
        "order.view_order",
        "order.change_order",
        "payment.view_payment",
        "payment.add_refund",
        "payment.view_webhookevent",
        "pickup.change_pickupcode",
        *(f"voucher.{verb}_voucher" for verb in ("view", "add", "change", "delete")),
        "customer.view_user",
        "tasks.view_outboxmessage",
        "wagtailadmin.access_admin",
    ],
    COUNTER: ["order.view_order", "order.change_order", "pickup.change_pickupcode"],
    SELLER: [
        "catalogue.view_product",
        "catalogue.add_product",
        "catalogue.change_product",
        "catalogue.view_category",
        *(f"partner.{verb}_stockrecord" for verb in ("view", "add", "change")),
        "inventory.view_movement",
        "order.view_order",
    ],
    EDITOR: ["wagtailadmin.access_admin"],
}


def keep_roles(app_config, **_signal):
    if not is_last(app_config):
        return
    for name, permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*_permissions(permissions))


def _permissions(names):
    wanted = Q(pk__in=[])
    for name in names:
        app_label, codename = name.split(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    return Permission.objects.filter(wanted)


def role_of(user):
    """What somebody is to the API's clients: `admin`, `seller` or `customer`."""
    groups = set(user.groups.values_list("name", flat=True))
    if user.is_superuser or OWNER in groups:
        return "admin"
    return "seller" if SELLER in groups else "customer"
