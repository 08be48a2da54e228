"""What beat asks for, beside the outbox's relay."""

from shop.payment import refund_retries, settlement
from tasks.app import app


@app.task(name="tasks.sweep_payments")
def sweep_payments():
    return settlement.sweep()


@app.task(name="tasks.send_due_refunds")
def send_due_refunds():
    return refund_retries.send_due()
