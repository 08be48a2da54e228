"""What the rooms below hold on a person; most of them are Oscar's and say nothing themselves."""

from allauth.account.models import EmailAddress
from oscar.core.loading import get_model
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from shop.basket.models import Basket
from shop.contacts.models import Contact
from shop.customer.personal_data import holds, leaves_out
from shop.privacy.orders import orders_of, tell_order
from shop.voucher.models import VoucherApplication

Email, Notification = (
    get_model("communication", "Email"),
    get_model("communication", "Notification"),
)
ProductAlert = get_model("customer", "ProductAlert")
ProductReview, Vote = get_model("reviews", "ProductReview"), get_model("reviews", "Vote")
UserAddress = get_model("address", "UserAddress")
WishList = get_model("wishlists", "WishList")


def tell_account(person):
    user = person.user
    addresses = EmailAddress.objects.filter(user=user)
    return {
        "username": user.username,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "joined": user.date_joined,
        "last_login": user.last_login,
        "email_addresses": list(addresses.values("email", "verified", "primary")),
        "roles": list(user.groups.values_list("name", flat=True)),
    }


def kill_tokens(person):
    """A refresh token that is still out there opens nothing any more."""
    tokens = OutstandingToken.objects.filter(user=person.user)
    dead = [BlacklistedToken(token=token) for token in tokens]
    BlacklistedToken.objects.bulk_create(dead, ignore_conflicts=True)


def tell_orders(person):
    return [tell_order(order) for order in orders_of(person)]


def erase_contacts(person):
    orders = orders_of(person).values("pk")
    Contact.objects.filter(order__in=orders).delete()
    # A promo code counts its uses on; whose they were it forgets.
    VoucherApplication.objects.filter(order__in=orders).update(contact_digest="")


def tell_baskets(person):
    baskets = Basket.objects.filter(owner=person.user).order_by("pk")
    return [
        {
            "status": basket.status,
            "created": basket.date_created,
            "lines": list(basket.lines.values("product__title", "product__upc", "quantity")),
        }
        for basket in baskets.prefetch_related("lines")
    ]


def tell_wishlists(person):
    return [
        {
            "name": wishlist.name,
            "created": wishlist.date_created,
            "products": list(wishlist.lines.values("title", "product__upc", "quantity")),
        }
        for wishlist in WishList.objects.filter(owner=person.user)
    ]


def tell_reviews(person):
    written = ("product__title", "score", "title", "body", "date_created")
    return {
        "reviews": list(ProductReview.objects.filter(user=person.user).values(*written)),
        "votes": list(Vote.objects.filter(user=person.user).values("review__title", "delta")),
    }


def unsign_reviews(person):
    """What was said about a product stays, and nobody is said to have said it."""
    reviews = ProductReview.objects.filter(user=person.user)
    reviews.update(user=None, name="", email="", homepage="")


def tell_addresses(person):
    written = ("first_name", "last_name", "line1", "line2", "line3", "line4", "state", "postcode")
    return list(
        UserAddress.objects.filter(user=person.user).values(*written, "country", "phone_number")
    )


def tell_alerts(person):
    alerts = ProductAlert.objects.filter(user=person.user)
    return list(alerts.values("product__title", "email", "status", "date_created"))


def tell_messages(person):
    emails = Email.objects.filter(user=person.user)
    notes = Notification.objects.filter(recipient=person.user)
    return {
        "emails": list(emails.values("email", "subject", "body_text", "date_sent")),
        "notifications": list(notes.values("subject", "body", "date_sent")),
    }


holds(
    "account",
    "customer.User",
    "customer.User_groups",
    "account.EmailAddress",
    tell=tell_account,
    erase=kill_tokens,
)
holds(
    "orders",
    "order.Order",
    "order.OrderStatusChange",
    "contacts.Contact",
    "contacts.Reveal",
    "payment.Payment",
    "payment.Refund",
    "pickup.PickupCode",
    "voucher.VoucherApplication",
    tell=tell_orders,
    erase=erase_contacts,
)
holds("baskets", "basket.Basket", tell=tell_baskets)
holds("wishlists", "wishlists.WishList", tell=tell_wishlists)
holds(
    "reviews",
    "reviews.ProductReview",
    "reviews.Vote",
    tell=tell_reviews,
    erase=unsign_reviews,
)
holds("addresses", "address.UserAddress", tell=tell_addresses)
holds("product_alerts", "customer.ProductAlert", tell=tell_alerts)
holds("messages", "communication.Email", "communication.Notification", tell=tell_messages)

leaves_out(
    "what the shop's own people did and may do; shoppers never stand in it",
    "admin.LogEntry",
    "catalogue.Product",
    "customer.User_user_permissions",
    "inventory.Movement",
    "offer.RangeProductFileUpload",
    "order.OrderNote",
    "partner.Partner_users",
    "privacy.RetentionPeriod",
)
leaves_out(
    "what editors write in the CMS",
    *(
        f"wagtailcore.{model}"
        for model in (
            "APIToken",
            "Comment",
            "CommentReply",
            "ModelLogEntry",
            "Page",
            "PageLogEntry",
            "PageSubscription",
            "Revision",
            "TaskState",
            "UploadedFile",
            "WorkflowState",
        )
    ),
    "wagtailadmin.EditingSession",
    "wagtailadmin.FormState",
    "wagtaildocs.Document",
    "wagtailimages.Image",
    "wagtailusers.UserProfile",
)
leaves_out("a key, not data: it dies with the account", "token_blacklist.OutstandingToken")
