"""Whether the shop is well: its rules, its queues and workers, its clockwork, what is stuck."""

from celery import current_app
from celery.schedules import crontab
from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from backoffice import figures
from backoffice.formats import ago
from backoffice.site import site
from shop import queues as broker
from shop.audit import trail
from shop.reconciliation import looking
from shop.reconciliation.models import ReconcileRun, Repair
from shop.reconciliation.rules import INVARIANTS

MAY_LOOK = "reconciliation.view_reconcilerun"
RECENT = 8
DAY = 86_400
# As many rhythms as a job may miss before it counts as late, and so many seconds on top.
MISSED, GRACE = 3, 60


@require_GET
@permission_required(MAY_LOOK, raise_exception=True)
def health(request):
    runs = ReconcileRun.objects
    # First: one that ends meanwhile is told of as the last one too, and not as neither.
    run = runs.under_way().first()
    last = runs.ended().select_related("asked_by").first()
    attention = figures.of_machinery(request)
    if request.user.has_perm("payment.view_payment"):
        attention = [*figures.of_payments(request), *attention]
    context = {
        "title": _("Health"),
        "last": last,
        "looked": ago(last.ended_at) if last else "",
        "broken": _broken(last),
        "rules": len(INVARIANTS),
        "run": run,
        "repairs": [
            (repair, ago(repair.created_at))
            for repair in Repair.objects.select_related("actor")[:RECENT]
        ],
        "jobs": _jobs(),
        "attention": attention,
        "stuck": apps.get_model("tasks.OutboxMessage").objects.stuck().count(),
    }
    return TemplateResponse(request, "backoffice/health.html", site.each_context(request) | context)


@require_GET
@permission_required(MAY_LOOK, raise_exception=True)
def run_under_way(request):
    """What the page asks again and again while a worker looks."""
    run = ReconcileRun.objects.under_way().first()
    answer = render(request, "backoffice/health_run.html", {"run": run})
    if run is None:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
@permission_required(MAY_LOOK, raise_exception=True)
def queues(request):
    try:
        told = {"queues": broker.lengths(), "workers": broker.workers()}
    except broker.BrokerAway:
        told = {"is_away": True}
    else:
        heard = {queue for served in told["workers"].values() for queue in served}
        told["unserved"] = [queue for queue in told["queues"] if queue not in heard]
    return render(request, "backoffice/health_queues.html", told)


@require_POST
@permission_required("reconciliation.add_reconcilerun", raise_exception=True)
def look(request):
    looking.ask(request.user)
    messages.info(request, _("A worker looks over every rule now. You can leave this page."))
    return redirect("health")


@require_POST
@permission_required("tasks.change_outboxmessage", raise_exception=True)
def try_again(request):
    stuck = apps.get_model("tasks.OutboxMessage").objects.stuck()
    with transaction.atomic():
        for message in stuck:
            trail.record(message, request.user, summary=_("tried again"))
        again = stuck.try_again()
    said = ngettext("%(n)d task is tried again.", "%(n)d tasks are tried again.", again)
    messages.success(request, said % {"n": again})
    return redirect("health")


def _broken(run):
    """The rules that a run found broken, with how many rows broke each."""
    found = run.rules if run and run.left else {}
    return [(rule, found[rule.rule]) for rule in INVARIANTS if rule.rule in found]


def _jobs():
    """Beat's jobs, as its schedule names them, with when each was asked for and done."""
    runs = apps.get_model("tasks.BeatRun").objects.in_bulk()
    return [
        _job(name, entry["schedule"], runs.get(entry["task"]))
        for name, entry in current_app.conf.beat_schedule.items()
    ]


def _job(name, schedule, run):
    return {
        "name": name,
        "rhythm": _rhythm(schedule),
        "asked": ago(run and run.asked_at),
        "done": ago(run and run.done_at),
        "is_late": run is None or _is_late(run, schedule),
    }


def _is_late(run, schedule):
    seconds = DAY if isinstance(schedule, crontab) else schedule * MISSED
    return (timezone.now() - run.asked_at).total_seconds() > seconds + GRACE


def _rhythm(schedule):
    if isinstance(schedule, crontab):
        return _("at %(hour)02d:%(minute)02d UTC") % {
            "hour": min(schedule.hour),
            "minute": min(schedule.minute),
        }
    return ngettext("every %(n)d second", "every %(n)d seconds", schedule) % {"n": schedule}
