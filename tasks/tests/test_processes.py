"""Real workers and beats, killed and doubled: what they leave is what the rows say."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from psutil import Process
from redis import Redis

from shop.catalogue.models import Product
from shop.embedded import start_redis
from shop.imports import arriving, steps
from shop.imports.models import Import, Kind, Stage
from shop.imports.tests.tables import as_csv
from shop.inventory.models import Movement
from shop.launch import crew
from shop.launch.supervisor import together
from shop.order.models import Status
from shop.partner.models import StockRecord
from shop.processes import tail
from shop.testing.factories import (
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows
from shop.testing.worker import sweep
from tasks import outbox
from tasks.app import app
from tasks.models import BeatRun, OutboxMessage

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with start_redis(tmp_path_factory.mktemp("redis"), throwaway=True) as server:
        yield server
        server.child.process.send_signal(signal.SIGCONT)


@pytest.fixture
def our_broker(broker, monkeypatch):
    """This process sends to the broker of this file's own."""
    monkeypatch.setattr(app.conf, "broker_url", broker.url)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    monkeypatch.setattr(app, "_pool", None)
    outbox.broker.reset()
    yield broker
    outbox.broker.reset()


@pytest.fixture
def where(broker, tmp_path):
    """How a process of ours is started: on the test's database, with the rehearsal's effects."""
    name, host = connection.settings_dict["NAME"], connection.settings_dict["HOST"]
    options = connection.settings_dict["OPTIONS"].get("host", host)
    env = os.environ | {
        "DATABASE_URL": f"postgresql://postgres:@/{name}?host={options}",
        "REDIS_URL": broker.url,
        "REHEARSAL_STAGE": str(tmp_path),
    }
    return {"logs": tmp_path, "app": "tasks.tests.rehearsal", "env": env, "cwd": ROOT}


def until(condition, *logs):
    """Wait for something to become true; what it is then."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "\n".join(tail(log, 40) for log in logs)
        time.sleep(0.1)
    return found


@on_committed_rows
def test_a_task_whose_process_is_killed_is_done_by_the_next_one(our_broker, where, tmp_path):
    OutboxMessage.objects.create(effect="hang_at_first", subject="7", due_at=timezone.now())
    with together([crew.worker("The payment worker", **where)]) as [worker]:
        outbox.perform.apply_async(["hang_at_first", "7"], queue="payments")
        begun = until(lambda: list(tmp_path.glob("7-0")), worker.log)
        pid = until(begun[0].read_text)
        os.kill(int(pid), signal.SIGKILL)
        message = until(OutboxMessage.objects.exclude(done_at=None).first, worker.log)
    assert message.attempts == 2
    assert (tmp_path / "7-1").exists()


@on_committed_rows
def test_an_import_whose_worker_is_killed_books_each_row_once(our_broker, where):
    records, keeper = shelves(2_000)
    rows = [("SKU", "In stock"), *((record.partner_sku, 7) for record in records)]
    sent = arriving.receive(Kind.STOCK, as_csv(*rows), author=keeper)
    steps.check(sent, {"SKU": 0, "In stock": 1}, records[0].partner.location, actor=keeper)
    with together([crew.worker("The worker", **where)]) as [worker]:
        until(lambda: Import.objects.filter(stage=Stage.CHECKED).first(), worker.log)
        steps.book(sent, actor=keeper)
        halfway = until(lambda: Import.objects.filter(position__range=(1, 1_600)).first())
        [child] = Process(worker.process.pid).children()
        child.kill()
        booked = until(lambda: Import.objects.filter(stage=Stage.BOOKED).first(), worker.log)
    assert 0 < halfway.position < 2_000
    assert booked.rows.filter(fate="booked").count() == 2_000
    movements = Movement.objects.filter(cause=booked.number)
    assert movements.count() == movements.values("stockrecord").distinct().count() == 2_000
    assert set(StockRecord.objects.values_list("num_in_stock", flat=True)) == {7}
    assert_invariants()


def shelves(count):
    """Stock records of as many products, and who keeps them."""
    location, goods = make_location(), make_product().product_class
    products = Product.objects.bulk_create(
        Product(upc=f"N-{n}", title=f"Number {n}", slug="n", product_class=goods)
        for n in range(count)
    )
    records = StockRecord.objects.bulk_create(
        StockRecord(product=product, partner=location.partner_ptr, partner_sku=product.upc, price=1)
        for product in products
    )
    return records, make_user("Stock keeper", [location])


@on_committed_rows
def test_two_beats_ask_for_each_job_once_and_one_goes_on_alone(broker, where, tmp_path):
    def asked_for():
        return BeatRun.objects.filter(job="tasks.relay", number__gte=more_than).first()

    queue = Redis.from_url(broker.url)
    queue.flushall()
    begun, more_than = time.monotonic(), 4
    pair = [crew.beat(tmp_path / name, **where) for name in ("one", "two")]
    with together(pair):
        until(asked_for, pair[0].log)
        # Each half second counts once, however many beats there are.
        assert queue.llen("default") <= 2 * (time.monotonic() - begun)
        pair[0].process.kill()
        pair[0].process.wait()
        more_than = queue.llen("default") + 3
        until(asked_for, pair[1].log)
    assert queue.llen("default") == BeatRun.objects.get(job="tasks.relay").number
    assert (tmp_path / "two").exists()
    queue.flushall()
    queue.close()


@on_committed_rows
def test_an_order_waits_for_no_broker_that_hangs_and_is_paid_all_the_same(our_broker):
    location, product = make_location(), make_product()
    offer(product, location)
    our_broker.child.process.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    orders = [make_order(location, (product, 1)) for _shopper in range(3)]
    # The first one waits for it, and tells the others.
    assert outbox.broker.holds_back
    assert time.monotonic() - begun < 2
    sweep(timezone.now() + timedelta(minutes=5))
    our_broker.child.process.send_signal(signal.SIGCONT)
    for order in orders:
        order.refresh_from_db()
        assert order.status == Status.PAID
    assert_invariants()
