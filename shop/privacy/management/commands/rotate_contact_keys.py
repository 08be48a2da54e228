from django.core.management import BaseCommand, CommandError

from shop.contacts.rotation import encrypted_fields, rotate
from shop.privacy.digests import renew_digests


class Command(BaseCommand):
    help = (
        "Writes everything encrypted anew with the first of CONTACT_KEYS, and every digest "
        "with SECRET_KEY. The shop may run meanwhile, and this may be stopped and begun again. "
        "Afterwards the old keys and SECRET_KEY_FALLBACKS can go."
    )

    def handle(self, **options):
        rotations = [rotate(field) for field in encrypted_fields()]
        for rotation in rotations:
            self.stdout.write(
                f"{rotation.column}: {rotation.written} written anew, "
                f"{rotation.changed_meanwhile} changed meanwhile, "
                f"{rotation.unreadable} that no key opens"
            )
        for rows, written in renew_digests().items():
            self.stdout.write(f"{rows}: {written} found by the newest secret from now on")
        if lost := sum(rotation.unreadable for rotation in rotations):
            raise CommandError(
                f"{lost} texts were written with a key that CONTACT_KEYS does not name (any more)."
            )
