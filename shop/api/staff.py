"""Who of the staff may call what. Whose rows they see is `Location.objects.visible_to`'s to say."""

from rest_framework.permissions import BasePermission


class StaffMay(BasePermission):
    """Lets the staff in by what their roles may do: a view's `needs` names it by method."""

    def has_permission(self, request, view):
        needed = view.needs.get(request.method)
        # A method that nobody has is refused as such.
        return needed is None or (request.user.is_staff and request.user.has_perm(needed))
