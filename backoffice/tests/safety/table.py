"""Who opens what, and who does what: role by role, as it is meant to be."""

from shop.customer import roles


def _list(text):
    return set(text.split(", "))


def _pages(*lines):
    """Names of addresses, from an area and its pages in one line each."""
    pairs = [line.split(": ") for line in lines]
    return {f"admin:{area}_{page}" for area, pages in pairs for page in pages.split()}


OPENS = {
    roles.COUNTER: _pages(
        "order_order: change changelist history",
    )
    | _list(
        "admin:app_list, admin:index, admin:search, admin:order_invoice_pdf, "
        "admin:order_packing_slips, admin:order_pick_list, pickup_counter"
    ),
    roles.EDITOR: _list("admin:index, admin:search"),
    roles.ORDER_DESK: _pages(
        "order_order: change changelist history",
        "payment_payment: change changelist history",
        "payment_refund: change changelist history",
    )
    | _list(
        "admin:app_list, admin:index, admin:search, admin:order_invoice_pdf, "
        "admin:order_packing_slips, admin:order_pick_list"
    ),
    roles.OWNER: _pages(
        "audit_auditentry: change changelist history",
        "catalogue_category: add change changelist history",
        "catalogue_product: add change changelist delete export history",
        "contacts_reveal: change changelist history",
        "customer_customer: change changelist history",
        "customer_user: change changelist history",
        "imports_import: add change changelist history refused",
        "inventory_delivery: add change changelist history",
        "inventory_lowstockalert: change changelist history",
        "inventory_movement: change changelist history",
        "inventory_stocktake: add change changelist history",
        "inventory_transfer: add change changelist history",
        "locations_location: add change changelist history",
        "mail_letter: change changelist history",
        "order_order: change changelist history",
        "partner_stockrecord: add change changelist export history",
        "payment_payment: change changelist history",
        "payment_refund: change changelist history",
        "payment_webhookevent: change changelist history",
        "privacy_privacyevent: changelist",
        "privacy_retentionperiod: change changelist history",
        "reviews_productreview: change changelist history",
        "staff_invitation: add change changelist history",
        "staff_staffsession: change changelist history",
        "subscriptions_webhook: change changelist history",
        "subscriptions_subscription: add change changelist history",
        "tasks_outboxmessage: change changelist history",
        "voucher_voucher: add change changelist export history simulator",
        "voucher_voucherset: add change changelist codes_as_csv history",
    )
    | _list(
        "admin:app_list, admin:autocomplete, admin:index, admin:search, admin:order_invoice_pdf, "
        "admin:order_packing_slips, admin:order_pick_list, asked_for, health, health_queues, "
        "health_rule, health_run, pickup_counter, stock_grid, suggest_stock"
    ),
    roles.PROMOTIONS: _pages(
        "catalogue_category: change changelist history",
        "catalogue_product: change changelist history",
        "imports_import: add changelist",
        "reviews_productreview: change changelist history",
        "voucher_voucher: add change changelist export history simulator",
        "voucher_voucherset: add change changelist codes_as_csv history",
    )
    | _list("admin:app_list, admin:autocomplete, admin:index, admin:search"),
    roles.SELLER: _pages(
        "catalogue_category: change changelist history",
        "catalogue_product: add change changelist export history",
        "imports_import: add change changelist history refused",
        "inventory_lowstockalert: change changelist history",
        "inventory_movement: change changelist history",
        "order_order: change changelist history",
        "partner_stockrecord: add change changelist export history",
    )
    | _list(
        "admin:app_list, admin:autocomplete, admin:index, admin:search, admin:order_invoice_pdf, "
        "admin:order_packing_slips, admin:order_pick_list, stock_grid, suggest_stock"
    ),
    roles.STOCK_KEEPER: _pages(
        "catalogue_category: change changelist history",
        "catalogue_product: change changelist export history",
        "imports_import: add changelist",
        "inventory_delivery: add change changelist history",
        "inventory_lowstockalert: change changelist history",
        "inventory_movement: change changelist history",
        "inventory_stocktake: add change changelist history",
        "inventory_transfer: add change changelist history",
        "partner_stockrecord: add change changelist export history",
    )
    | _list(
        "admin:app_list, admin:autocomplete, admin:index, admin:search, asked_for, stock_grid, "
        "suggest_stock"
    ),
    roles.SUPPORT: _pages(
        "order_order: change changelist history",
        "payment_payment: change changelist history",
        "payment_refund: change changelist history",
    )
    | _list(
        "admin:app_list, admin:index, admin:search, admin:order_invoice_pdf, "
        "admin:order_packing_slips, admin:order_pick_list"
    ),
}
OPENS |= {
    "the desk elsewhere": OPENS[roles.ORDER_DESK],
    "a shopper": set(),
    "a passer-by": set(),
}

DOES = {
    roles.STOCK_KEEPER: _list(
        "call_low_below, call_low_below of goods, imports_import_add, "
        "inventory_delivery_add, inventory_stocktake_add, inventory_stocktake_change, "
        "inventory_transfer_add, inventory_transfer_cancel, inventory_transfer_change, "
        "partner_stockrecord_add, partner_stockrecord_adjust, partner_stockrecord_change, "
        "partner_stockrecord_receive, partner_stockrecord_send, put_stock_right, "
        "stocktake: close, stocktake: scan"
    ),
    roles.ORDER_DESK: _list(
        "make_ready, note_sent_back, order_order_cancel, order_order_deliver, "
        "order_order_mark_ready, order_order_refund, order_order_reissue_code, "
        "order_order_resend_mail, order_order_send_refunds_again, order_order_ship, "
        "order_order_views, send_again"
    ),
    roles.COUNTER: _list(
        "counter: hand over, counter: undo, order_order_hand_over, order_order_views"
    ),
    roles.PROMOTIONS: _list(
        "approve, reject, voucher_voucher_add, voucher_voucher_change, voucher_voucher_switch_off, "
        "voucher_voucher_switch_on, voucher_voucherset_add, "
        "voucher_voucherset_switch_off, voucher_voucherset_switch_on"
    ),
    roles.SUPPORT: _list(
        "order_order_reissue_code, order_order_resend_mail, order_order_reveal_contact, "
        "order_order_views"
    ),
    roles.SELLER: _list(
        "call_low_below, call_low_below of goods, catalogue_product_add, "
        "catalogue_product_change, import: book, import: check, import: discard, import: "
        "header, import: match, import: undo, imports_import_add, order_order_views, "
        "partner_stockrecord_add, partner_stockrecord_adjust, partner_stockrecord_change, "
        "partner_stockrecord_receive, put_stock_right"
    ),
}
_ALONE = _list(
    "catalogue_category_add, catalogue_category_change, catalogue_product_delete, "
    "customer_user_assign, customer_user_demand_two_factor, customer_user_dismiss, "
    "customer_user_take_back, customer_user_take_second_factor, delete_selected, "
    "health_look, health_try_again, repair, "
    "locations_location_add, locations_location_change, "
    "privacy_retentionperiod_decide, staff_invitation_add, staff_invitation_revoke, "
    "staff_invitation_send_again, staff_staffsession_end, subscriptions_webhook_send_again, "
    "subscriptions_subscription_add, subscriptions_subscription_change, "
    "subscriptions_subscription_new_secret, subscriptions_subscription_send_failed_again, "
    "subscriptions_subscription_switch_off, subscriptions_subscription_switch_on"
)
# Owners do all of it, and what is theirs alone.
DOES[roles.OWNER] = _ALONE.union(*DOES.values())
DOES |= {
    "the desk elsewhere": DOES[roles.ORDER_DESK],
    roles.EDITOR: set(),
    "a shopper": set(),
    "a passer-by": set(),
}
