"""Opening an account, and the names that it goes by: no two differ in capitals alone."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shop.customer.models import User


def register(*, email, password, username="", first_name="", last_name=""):
    """Open an account and write to its address, to be confirmed.

    Raises `ValidationError` by field; also for the later one of two who want one address
    at the same moment.
    """
    user = User(email=email.lower(), first_name=first_name, last_name=last_name)
    user.username = username
    _refuse(_faults(user, password))
    get_adapter().populate_username(None, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            _keep_address(user)
    except IntegrityError:
        _refuse(_faults(user))
        raise
    return user


def rename(user, **names):
    """Change somebody's names or their username. Raises `ValidationError` by field."""
    for field, name in names.items():
        setattr(user, field, name)
    _refuse(_faults(user))
    try:
        with transaction.atomic():
            user.save(update_fields=list(names))
    except IntegrityError:
        _refuse(_faults(user))
        raise


def _keep_address(user):
    address = EmailAddress.objects.create(user=user, email=user.email, primary=True)
    # An account is open even where the letter cannot be sent: that can be asked for again.
    transaction.on_commit(lambda: address.send_confirmation(signup=True), robust=True)


def _faults(user, password=None):
    checks = {"email": lambda: _check_email(user)}
    if user.username:
        checks["username"] = lambda: _check_username(user)
    if password is not None:
        checks["password"] = lambda: get_adapter().clean_password(password, user)
    return {field: fault for field, check in checks.items() if (fault := _fault_of(check))}


def _fault_of(check):
    try:
        check()
    except ValidationError as fault:
        return fault.messages
    return None


def _check_email(user):
    others = User.objects.exclude(pk=user.pk).filter(email__iexact=user.email)
    proven = EmailAddress.objects.exclude(user=user.pk).filter(
        email__iexact=user.email, verified=True
    )
    if others.exists() or proven.exists():
        raise ValidationError(_("An account with this email address exists already."))


def _check_username(user):
    get_adapter().clean_username(user.username, shallow=True)
    if User.objects.exclude(pk=user.pk).filter(username__iexact=user.username).exists():
        raise ValidationError(_("Somebody else has this username."))


def _refuse(faults):
    if faults:
        raise ValidationError(faults)
