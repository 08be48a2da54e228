"""A gateway that answers by its token, for demos and tests. It moves no money."""

import secrets
import time

from django.conf import settings

from shop.payment.gateways.base import Answer, UnknownToken
from shop.payment.models import PaymentStatus, SimulatedTransaction

# Token -> what the charge comes to, and the failure that the shopper is told.
SCENARIOS = {
    "sim_ok": (PaymentStatus.SUCCEEDED, ""),
    "sim_declined": (PaymentStatus.FAILED, "card_declined"),
    "sim_requires_action": (PaymentStatus.REQUIRES_ACTION, ""),
    "sim_insufficient_funds": (PaymentStatus.FAILED, "insufficient_funds"),
}


class SimulatedGateway:
    def check_token(self, token):
        if token not in SCENARIOS:
            raise UnknownToken(token)

    def charge(self, payment):
        self.check_token(payment.token)
        time.sleep(settings.SIMULATED_GATEWAY_SECONDS)
        status, failure_code = SCENARIOS[payment.token]
        return self._once(payment, payment.currency, status, failure_code)

    def look_up(self, payment):
        known = SimulatedTransaction.objects.filter(idempotency_key=payment.idempotency_key).first()
        return known and _answer(known)

    def refund(self, refund):
        return self._once(refund, refund.payment.currency, PaymentStatus.SUCCEEDED)

    def _once(self, request, currency, status, failure_code=""):
        entry, _created = SimulatedTransaction.objects.get_or_create(
            idempotency_key=request.idempotency_key,
            defaults={
                "reference": f"sim_{secrets.token_hex(8)}",
                "amount": request.amount,
                "currency": currency,
                "status": status,
                "failure_code": failure_code,
            },
        )
        return _answer(entry)


def _answer(entry):
    return Answer(PaymentStatus(entry.status), entry.reference, entry.failure_code)
