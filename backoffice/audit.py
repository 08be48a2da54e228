"""The audit log: every change made here, written by the admins' own hooks and read as a list."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from shop.audit import trail
from shop.audit.models import Action
from shop.audit.trail import (
    Change,
    differences,
    entries_of,
    fields_of,
    is_personal,
    record,
    yes_or_no,
)


class Audited:
    """Writes what an admin's forms and dialogs change into the audit log.

    Of a form it tells the fields that were changed in it; of a dialog, how the row was
    when it was opened and how it is afterwards.
    """

    # Whether the domain writes the entries by itself, in its own transactions.
    audited_by_domain = False

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        return row if row is None else opened(row)

    def construct_change_message(self, request, form, formsets, add=False):
        return _changes_of_form(form) + _changes_of_formsets(formsets or ())

    def log_addition(self, request, obj, message):
        self._log(request, obj, message, Action.ADDED)

    def log_change(self, request, obj, message):
        self._log(request, obj, message, Action.CHANGED)

    def log_deletions(self, request, queryset):
        for row in queryset:
            lost = [trail.change_of(field, value, "") for field, value in fields_of(row).items()]
            self._log(request, row, lost, Action.DELETED)

    def _log(self, request, row, message, action):
        if self.audited_by_domain:
            return
        # Every dialog that asks why calls its field so.
        said = {"action": action, "reason": request.POST.get("reason", "")}
        if isinstance(message, list):
            record(row, request.user, message, **said)
        else:
            record(row, request.user, _changes_since_opened(row), summary=message, **said)

    def history_view(self, request, object_id, extra_context=None):
        row = self.row(request, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %s") % row,
            "opts": self.opts,
            "object": row,
            "back": self.page_of(row),
            "entries": [told(entry) for entry in entries_of(row)[: self.list_per_page]],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "backoffice/history.html", context)


def opened(row):
    """The row, which remembers how it is: what is done with it next is told by the difference."""
    row.as_opened = fields_of(row)
    return row


def told(entry):
    """An entry as pages show it."""
    return {
        "entry": entry,
        "actor": entry.actor.get_username() if entry.actor else "",
        "changes": [
            {
                "field": change["field"],
                "before": yes_or_no(change["before"]),
                "after": yes_or_no(change["after"]),
            }
            for change in entry.changes
        ],
    }


def _changes_since_opened(row):
    now = type(row)._base_manager.filter(pk=row.pk).first()
    if now is None or not hasattr(row, "as_opened"):
        return []
    return differences(row.as_opened, fields_of(now))


def _changes_of_form(form, of=""):
    changes = [
        _change_of_field(form, name, of) for name in form.changed_data if name in form.fields
    ]
    # A field that reads otherwise than it was written is no change to anybody.
    return [change for change in changes if change.hidden or not change.is_none]


def _change_of_field(form, name, of):
    field = form.fields[name]
    label = force_str(field.label or name)
    return Change(
        f"{of}: {label}" if of else label,
        _as_chosen(field, form.get_initial_for_field(field, name)),
        _as_chosen(field, form.cleaned_data.get(name)),
        hidden=_is_personal(form, name),
    )


def _is_personal(form, name):
    model = getattr(getattr(form, "_meta", None), "model", None)
    columns = {field.name: field for field in model._meta.fields} if model else {}
    return bool(trail.SECRET.search(name)) or (name in columns and is_personal(columns[name]))


def _as_chosen(field, value):
    """A value as its form shows it: rows by name, choices by their label."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return _names(field, [getattr(row, "pk", row) for row in value or ()])
    if isinstance(field, forms.ModelChoiceField):
        return _names(field, [getattr(value, "pk", value)] if value else [])
    if isinstance(field, forms.ChoiceField):
        named = {force_str(key): label for key, label in _flat(field.choices)}
        return named.get(force_str(value), value)
    if isinstance(field, forms.FileField):
        return bool(value)
    return value


def _names(field, keys):
    return [str(row) for row in field.queryset.model._base_manager.filter(pk__in=keys)]


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _changes_of_formsets(formsets):
    changes = []
    for formset in formsets:
        gone = list(formset.deleted_objects)
        changes += [Change(_named(row), before=str(row)) for row in gone]
        for form in formset.forms:
            if form.has_changed() and form.instance not in gone and form.instance.pk:
                changes += _changes_of_form(form, _named(form.instance))
    return changes


def _named(row):
    return f"{row._meta.verbose_name} {row}".capitalize()
