"""What beat asks for, beside the outbox's relay."""

from shop.inventory import back_in_stock
from shop.payment import settlement
from tasks.app import app


@app.task(name="tasks.sweep_payments")
def sweep_payments():
    return settlement.sweep()


@app.task(name="tasks.tell_back_in_stock")
def tell_back_in_stock():
    return back_in_stock.tell_all()
