"""What beat asks for, beside the outbox's relay."""

from shop.payment import expiry, settlement
from shop.payment.gateways import wire
from tasks.app import app


@app.task(name="tasks.sweep_payments")
def sweep_payments():
    return settlement.sweep()


@app.task(name="tasks.expire_orders")
def expire_orders():
    return expiry.expire_orders()


@app.task(name="tasks.post_simulated_webhooks")
def post_simulated_webhooks():
    return wire.deliver_due()
