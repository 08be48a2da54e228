"""One's own account: opened, told, changed, taken along and closed."""

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples
from shop.api.auth import AtTheDoor, TokensSerializer, UserSerializer, signed_in
from shop.api.body import parsed
from shop.api.schema import operation
from shop.customer.registration import register, rename
from shop.privacy.erasure import erase_account
from shop.privacy.export import hand_out


class RegistrationSerializer(serializers.Serializer):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(trim_whitespace=False, max_length=4096)
    username = serializers.CharField(max_length=150, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)


class PasswordSerializer(serializers.Serializer):
    password = serializers.CharField(trim_whitespace=False)


class Register(AtTheDoor):
    guesses = "register"

    @operation(
        request=RegistrationSerializer,
        sends=examples.REGISTRATION,
        answers={201: TokensSerializer},
        gives=examples.TOKENS,
    )
    def post(self, request):
        """Opens an account, and answers with its tokens."""
        user = register(**parsed(RegistrationSerializer, request))
        return Response(signed_in(user), status.HTTP_201_CREATED)


class Me(APIView):
    @operation(answers={200: UserSerializer}, gives=examples.USER)
    def get(self, request):
        """Whose token or session this is."""
        return Response(UserSerializer(request.user).data)

    @operation(
        request=UserSerializer,
        sends=examples.PROFILE,
        answers={200: UserSerializer},
        gives=examples.USER,
    )
    def patch(self, request):
        """Changes one's names."""
        rename(request.user, **parsed(UserSerializer, request, partial=True))
        return Response(UserSerializer(request.user).data)

    @operation(
        "invalid",
        "parse_error",
        "invalid_transition",
        "unsupported_media_type",
        request={"application/json": PasswordSerializer},
        answers={204: None},
        description='The password goes in the body, as `{"password": "…"}`.',
    )
    def delete(self, request):
        """Closes the account and erases personal data; orders stay, without it."""
        given = parsed(PasswordSerializer, request)["password"]
        if not get_adapter().reauthenticate(request.user, given):
            raise ValidationError({"password": [_("This is not your password.")]})
        erase_account(request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Export(APIView):
    @method_decorator(never_cache)
    @operation(answers={200: OpenApiTypes.OBJECT}, gives={"account": examples.USER, "orders": []})
    def get(self, request):
        """Everything that the shop holds on the user."""
        return HttpResponse(hand_out(request.user), content_type="application/json")
