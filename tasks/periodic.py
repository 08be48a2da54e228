"""What beat asks for, beside the outbox's relay."""

from celery.signals import task_success
from django.db.models.functions import Now

from shop.batches import within_time
from shop.campaigns import publishing
from shop.idempotency import once
from shop.imports import arriving
from shop.inventory import back_in_stock
from shop.payment import expiry, refund_retries, sweeping
from shop.payment.gateways import wire
from shop.pickup import waiting
from shop.privacy import retention
from shop.reconciliation import reconcile
from shop.subscriptions import sending, tidying
from tasks import outbox
from tasks.app import app
from tasks.models import BeatRun

JOBS = {entry["task"] for entry in app.conf.beat_schedule.values()}


@task_success.connect
def note_that_it_is_done(sender, **kwargs):
    if sender.name in JOBS:
        BeatRun.objects.filter(pk=sender.name).update(done_at=Now())


@app.task(name="tasks.sweep_payments")
def sweep_payments():
    """A task for each, which all workers share; a payment whose task is lost has another turn."""
    due = sweeping.take_due()
    for pk, looks in within_time(due):
        look_into_payment.apply_async([str(pk), looks], queue="payments", retry=False)
    return len(due)


@app.task(name="tasks.look_into_payment")
def look_into_payment(pk, looks):
    sweeping.look_into(pk, looks)


@app.task(name="tasks.erase_old_contacts")
def erase_old_contacts():
    return retention.erase_old_contacts(), retention.forget_promo_uses()


@app.task(name="tasks.tidy_outbox")
def tidy_outbox():
    return outbox.forget_done()


@app.task(name="tasks.forget_first_answers")
def forget_first_answers():
    return once.forget_old()


@app.task(name="tasks.mind_waiting_orders")
def mind_waiting_orders():
    return waiting.mind()


@app.task(name="tasks.send_due_refunds")
def send_due_refunds():
    """A task for each, as for payments: a gateway that is slow about one delays no other."""
    due = refund_retries.due()
    for pk in within_time(due):
        send_due_refund.apply_async([str(pk)], queue="payments", retry=False)
    return len(due)


@app.task(name="tasks.send_due_refund")
def send_due_refund(pk):
    refund_retries.send_again_in_turn(pk)


@app.task(name="tasks.tell_back_in_stock")
def tell_back_in_stock():
    return back_in_stock.tell_all()


@app.task(name="tasks.expire_orders")
def expire_orders():
    return expiry.expire_orders()


@app.task(name="tasks.post_simulated_webhooks")
def post_simulated_webhooks():
    return wire.deliver_due()


@app.task(name="tasks.discard_imports")
def discard_imports():
    return arriving.discard_forgotten(), arriving.close_old()


@app.task(name="tasks.publish_scheduled")
def publish_scheduled():
    return publishing.publish_due()


@app.task(name="tasks.reconcile")
def look_whether_every_rule_holds():
    """Corrects nothing: what is found is written down, and an alarm to somebody."""
    return reconcile.note(reconcile.look()).drifts


@app.task(name="tasks.send_webhooks")
def send_webhooks():
    """A task for each subscription: none waits for another's target."""
    due = sending.due_subscriptions()
    for pk in due:
        send_webhooks_of.apply_async([pk], queue="webhooks", retry=False)
    return len(due)


@app.task(name="tasks.send_webhooks_of")
def send_webhooks_of(pk):
    sending.take_turn(pk)


@app.task(name="tasks.forget_webhooks")
def forget_webhooks():
    return tidying.forget_old()
