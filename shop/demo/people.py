from django.contrib.auth.models import Group

from shop.customer import roles
from shop.customer.models import User
from shop.demo.logins import DEMO_LOGINS

GROUPS = {
    "editor": roles.EDITOR,
    "admin": roles.OWNER,
    "seller": roles.SELLER,
    "keeper": roles.STOCK_KEEPER,
    "desk": roles.ORDER_DESK,
    "promotions": roles.PROMOTIONS,
    "support": roles.SUPPORT,
    "counter": roles.COUNTER,
}
BACK_OFFICE = GROUPS.keys() - {"editor"}
AT_FIRST_LOCATION = BACK_OFFICE - {"admin"}


def invite_people(locations):
    """The demo accounts by role; whoever works at a location works at the first one."""
    people = {login.role: _account(login) for login in DEMO_LOGINS}
    locations[0].users.add(*(people[role] for role in AT_FIRST_LOCATION))
    return people


def _account(login):
    user = User.objects.create_user(
        username=login.role,
        email=login.email,
        password=login.password,
        first_name=login.role.title(),
        is_staff=login.role in BACK_OFFICE,
    )
    if login.role in GROUPS:
        user.groups.add(Group.objects.get(name=GROUPS[login.role]))
    return user
