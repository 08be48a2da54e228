"""What the domain refuses, in the API's codes: the one place where its exceptions get them."""

from http import HTTPStatus

from django.core.exceptions import ValidationError as Faults
from django.utils.translation import gettext as _
from rest_framework.exceptions import (
    APIException,
    NotFound,
    PermissionDenied,
    Throttled,
    ValidationError,
)

from shop.basket.contents import (
    BasketGone,
    BasketRefused,
    NoLocation,
    NotAQuantity,
    NotEnough,
    NotOfferedHere,
)
from shop.catalogue.reviews.writing import DuplicateReview
from shop.catalogue.skus import SkuTaken
from shop.catalogue.units import NotAStep
from shop.checkout.place_order import (
    BasketChanged,
    BasketEmpty,
    CannotOrder,
    LinesRefused,
    TooMuchAtOnce,
)
from shop.customer.logins import TooManyGuesses
from shop.inventory.ledger import OutOfStock
from shop.inventory.posting import NotYourLocation
from shop.inventory.quantities import NotAQuantity as NotCountable
from shop.order.statuses import InvalidTransition
from shop.payment.gateways import PaymentRefused
from shop.payment.refund_sums import CannotRestock
from shop.payment.refunds import TooMuch
from shop.payment.retrying import AlreadyPaid, PaymentFailed
from shop.pickup.counter import CodeUnknown, PickupRefused, TooManyAttempts
from shop.privacy.erasure import CannotErase, WorksHere
from shop.shipping.rates import CannotDeliver, NothingToDeliver
from shop.voucher.making import CannotChange
from shop.voucher.promo_codes import (
    PromoCodeRefused,
    PromoCodeUsedByContact,
    PromoCodeUsedByYou,
    PromoCodeUsedUp,
    TooManyWrongCodes,
)


class NotPaid(APIException):
    """The money did not come."""

    status_code = HTTPStatus.PAYMENT_REQUIRED
    default_code = "payment_failed"


class Conflict(APIException):
    """What was asked for makes sense, but not as things are."""

    status_code = HTTPStatus.CONFLICT

    def __init__(self, detail, code):
        self.default_code = code
        super().__init__(detail, code)


# Whichever fits first. What the body itself is wrong about is named by its field.
CONFLICTS = {
    NotEnough: "out_of_stock",
    LinesRefused: "out_of_stock",
    NotOfferedHere: "not_at_location",
    NoLocation: "not_at_location",
    (BasketEmpty, NothingToDeliver): "cart_empty",
    (BasketGone, BasketChanged, SkuTaken, DuplicateReview): "duplicate",
    (PromoCodeUsedUp, PromoCodeUsedByYou, PromoCodeUsedByContact): "promo_used_up",
    PromoCodeRefused: "promo_invalid",
    (InvalidTransition, CannotErase): "invalid_transition",
    AlreadyPaid: "already_paid",
    CannotChange: "of_a_set",
}
FIELDS = {
    (
        NotAQuantity,
        NotAStep,
        NotCountable,
        TooMuchAtOnce,
        BasketRefused,
        CannotOrder,
    ): "quantity",
    PaymentRefused: "payment",
    CannotDeliver: "fulfilment",
    TooMuch: "amount",
    CannotRestock: "restock",
}


def in_codes(refusal):
    """The API's own exception for what the domain refused, or None for anything else."""
    match refusal:
        case TooManyWrongCodes() | TooManyAttempts() | TooManyGuesses():
            return Throttled(60 * refusal.minutes)
        case PaymentFailed():
            return NotPaid(str(refusal))
        case CodeUnknown():
            return NotFound(str(refusal))
        case PickupRefused():
            return Conflict(str(refusal), refusal.code)
        case Faults():
            return ValidationError(_by_field(refusal))
        case NotYourLocation():
            return NotFound()
        case OutOfStock():
            said = _("Stock cannot be less than what is reserved for orders.")
            return Conflict(said, "out_of_stock")
        case WorksHere():
            return PermissionDenied(str(refusal))
    if code := _first(CONFLICTS, refusal):
        return Conflict(str(refusal), code)
    if field := _first(FIELDS, refusal):
        return ValidationError({field: [str(refusal)]})
    return None


def _by_field(faults):
    return faults.message_dict if hasattr(faults, "error_dict") else faults.messages


def _first(table, refusal):
    return next((told for kinds, told in table.items() if isinstance(refusal, kinds)), None)
