"""Views of a list: its filters under a name, one's own and those that colleagues share.

What was typed into the search is not kept: it may be a code, or somebody's name.
"""

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.models import SavedView

NOT_KEPT = (ALL_VAR, ERROR_FLAG, PAGE_VAR, SEARCH_VAR)


class SaveForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name", "query", "shared"]

    def clean_query(self):
        return kept(QueryDict(self.cleaned_data["query"]))


class SavesViews:
    """Gives an admin's list its views."""

    # Those that everybody needs, as (name, query).
    presets = ()
    change_list_template = "backoffice/change_list.html"

    def get_urls(self):
        return [
            self._view_path("views/", _save, "views"),
            self._view_path("views/<int:pk>/forget/", _forget, "forget_view"),
            *super().get_urls(),
        ]

    def _view_path(self, route, view, name):
        def handle(request, **kwargs):
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(self, request, **kwargs)

        handle = self.admin_site.admin_view(require_POST(handle))
        return path(route, handle, name=f"{list_name(self)}_{name}")

    def changelist_view(self, request, extra_context=None):
        context = {"views": views_of(self, request)}
        return super().changelist_view(request, context | (extra_context or {}))


def list_name(admin):
    return f"{admin.opts.app_label}_{admin.opts.model_name}"


def list_address(admin):
    return reverse(f"admin:{list_name(admin)}_changelist")


def kept(query):
    """A list's query without what is not worth keeping, always written in the same way."""
    pairs = sorted((key, value) for key, value in query.items() if key not in NOT_KEPT and value)
    clean = QueryDict(mutable=True)
    clean.update(dict(pairs))
    return clean.urlencode()


def views_of(admin, request):
    """What the bar above a list shows; the view that one looks at is marked."""
    now = kept(request.GET)
    saved = SavedView.objects.seen_by(request.user).filter(list_name=list_name(admin))
    shown = [_shown(name, query, now) for name, query in (("", ""), *admin.presets)]
    shown += [_shown(view.name, view.query, now, view, request.user) for view in saved]
    is_new = bool(now) and not any(view["is_current"] for view in shown)
    return {"shown": shown, "now": now if is_new else "", "list_name": list_name(admin)}


def _shown(name, query, now, view=None, user=None):
    return {
        "name": name,
        "address": f"?{query}",
        "is_current": query == now,
        "is_shared": bool(view and view.shared),
        "forget": view.pk if view and view.owner_id == user.pk else None,
    }


def _save(admin, request):
    """A name that one has already takes the new filters."""
    asked = {"owner": request.user, "list_name": list_name(admin)}
    asked["name"] = request.POST.get("name", "").strip()
    mine = SavedView.objects.filter(**asked).first()
    form = SaveForm(request.POST, instance=mine or SavedView(**asked))
    if form.is_valid():
        view = form.save()
        messages.success(request, _("“%s” is saved above the list.") % view.name)
        return HttpResponseRedirect(f"{list_address(admin)}?{view.query}")
    for fault in form.errors.values():
        messages.error(request, fault[0])
    query = kept(QueryDict(request.POST.get("query", "")))
    return HttpResponseRedirect(f"{list_address(admin)}?{query}")


def _forget(admin, request, pk):
    mine = SavedView.objects.filter(owner=request.user, list_name=list_name(admin), pk=pk)
    deleted, _rows = mine.delete()
    if not deleted:
        raise Http404
    messages.success(request, _("The view is forgotten."))
    return HttpResponseRedirect(list_address(admin))
