from shop.customer.personal_data import holds
from shop.mail.models import Letter


def tell_letters(person):
    letters = Letter.objects.filter(order__user=person.user).order_by("created_at")
    return list(letters.values("kind", "order__number", "created_at", "sent_at"))


holds("letters", "mail.Letter", tell=tell_letters)
