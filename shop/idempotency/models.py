from django.conf import settings
from django.db import models


class FirstAnswer(models.Model):
    """What a call under an idempotency key was answered with the first time.

    Written in the transaction of the call's work: a row that anybody else can see is
    work that is done.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    call = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "call", "key"], name="first_answer_once")
        ]
        indexes = [models.Index(fields=["made_at"], name="first_answer_made")]

    def __str__(self):
        return f"{self.call}: {self.status}"
