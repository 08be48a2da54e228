"""What beat asks for, beside the outbox's relay."""

from shop.payment import settlement
from tasks.app import app


@app.task(name="tasks.sweep_payments")
def sweep_payments():
    return settlement.sweep()
