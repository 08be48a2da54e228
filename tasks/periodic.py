"""What beat asks for, beside the outbox's relay."""

from shop.payment import settlement
from shop.pickup import waiting
from tasks.app import app


@app.task(name="tasks.sweep_payments")
def sweep_payments():
    return settlement.sweep()


@app.task(name="tasks.mind_waiting_orders")
def mind_waiting_orders():
    return waiting.mind()
