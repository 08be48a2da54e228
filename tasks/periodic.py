"""What beat asks for, beside the outbox's relay."""

from shop.payment import settlement
from shop.privacy import retention
from tasks.app import app


@app.task(name="tasks.sweep_payments")
def sweep_payments():
    return settlement.sweep()


@app.task(name="tasks.erase_old_contacts")
def erase_old_contacts():
    return retention.erase_old_contacts()
