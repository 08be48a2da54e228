"""What breaks a rule now, and putting it right: one row at a time, each confirmed."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from backoffice.health import MAY_LOOK
from backoffice.passwords import AsksPassword
from backoffice.site import site
from shop.reconciliation import looking
from shop.reconciliation.reconcile import Outcome

SHOWN = 100
MAY_REPAIR = "reconciliation.add_repair"


class RepairForm(AsksPassword):
    def __init__(self, request, data):
        self.request = request
        super().__init__(data)


@require_GET
@permission_required(MAY_LOOK, raise_exception=True)
def rule(request, slug):
    invariant = _rule(slug)
    drifts = invariant.breaches(most=SHOWN + 1)
    context = {
        "title": _("What breaks a rule"),
        "rule": invariant,
        "drifts": drifts[:SHOWN],
        "more": len(drifts) > SHOWN,
        "may_repair": bool(invariant.correction) and request.user.has_perm(MAY_REPAIR),
    }
    return _page(request, "backoffice/rule.html", context)


@require_http_methods(["GET", "POST"])
@permission_required([MAY_LOOK, MAY_REPAIR], raise_exception=True)
def repair(request, slug, culprit):
    """Says what will happen; whether it is still called for is looked at again as it happens."""
    invariant = _rule(slug)
    if invariant.correction is None:
        raise Http404
    drift = looking.drift_of(invariant, culprit)
    form = RepairForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        _tell(request, looking.repair(drift, request.user) if drift else Outcome.GONE)
        return redirect("health_rule", slug)
    context = {"title": _("Put this right?"), "rule": invariant, "drift": drift, "form": form}
    return _page(request, "backoffice/repair.html", context)


def _tell(request, outcome):
    if outcome == Outcome.CORRECTED:
        messages.success(request, _("It is put right."))
    elif outcome == Outcome.GONE:
        messages.info(request, _("There was nothing to put right any more."))
    else:
        messages.error(request, _("It could not be put right safely: a person must see to it."))


def _rule(slug):
    try:
        return looking.rule_named(slug)
    except looking.NoSuchRule as unknown:
        raise Http404 from unknown


def _page(request, template, context):
    return TemplateResponse(request, template, site.each_context(request) | context)
