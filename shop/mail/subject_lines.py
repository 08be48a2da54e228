from django.utils.translation import gettext_lazy as _

from shop.mail.models import Kind

SUBJECT_LINES = {
    Kind.PAID: _("Thank you: your order %(number)s is paid"),
    Kind.REVIVED: _("Your payment came late, and your order %(number)s goes on"),
    Kind.TOO_LATE: _("Your payment for order %(number)s came too late and goes back"),
    Kind.PAYMENT_FAILED: _("The payment for order %(number)s did not go through"),
    Kind.EXPIRED: _("Order %(number)s was not paid in time"),
    Kind.READY: _("Ready to collect: your order %(number)s at %(place_name)s"),
    Kind.NEW_CODE: _("A new pickup code for your order %(number)s"),
    Kind.REMINDER: _("Your order %(number)s is waiting for you at %(place_name)s"),
    Kind.FINAL_NOTICE: _("Last chance to collect your order %(number)s"),
    Kind.NOT_COLLECTED: _("Your order %(number)s was not collected"),
    Kind.SHIPPED: _("Your order %(number)s is on its way"),
    Kind.COMPLETED: _("Enjoy it: your order %(number)s has been handed over"),
    Kind.CANCELLED: _("Your order %(number)s is cancelled"),
    Kind.REFUNDED: _("Money back for your order %(number)s"),
    Kind.REFUND_RETURNED: _("Your bank sent back our refund for order %(number)s"),
    Kind.REFUND_FAILED: _("A refund for order %(number)s failed"),
    Kind.LOW_STOCK: _("%(product)s runs low at %(place_name)s"),
    Kind.BACK_IN_STOCK: _("%(product)s is back at %(place_name)s"),
    Kind.DRIFT_FOUND: _("%(shop)s: the books do not add up"),
    Kind.WEBHOOK_OFF: _("%(program)s is told nothing more: its webhooks failed"),
    Kind.INVITATION: _("You are invited to work at %(shop)s"),
}
