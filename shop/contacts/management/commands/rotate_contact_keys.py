from django.core.management import BaseCommand, CommandError

from shop.contacts.rotation import encrypted_fields, rotate


class Command(BaseCommand):
    help = (
        "Writes everything encrypted anew with the first of CONTACT_KEYS. The shop may run "
        "meanwhile, and it may be stopped and begun again. Afterwards the old keys can go."
    )

    def handle(self, **options):
        rotations = [rotate(field) for field in encrypted_fields()]
        for rotation in rotations:
            self.stdout.write(
                f"{rotation.column}: {rotation.written} written anew, "
                f"{rotation.changed_meanwhile} changed meanwhile, "
                f"{rotation.unreadable} that no key opens"
            )
        if lost := sum(rotation.unreadable for rotation in rotations):
            raise CommandError(
                f"{lost} texts were written with a key that CONTACT_KEYS does not name (any more)."
            )
