"""Signing in for programs: a pair of tokens, or a session, for a name and a password."""

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import update_last_login
from django.db import transaction
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.settings import api_settings as jwt
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.views import TokenRefreshView

from shop.api import examples
from shop.api.body import parsed
from shop.api.errors import BadCredentials
from shop.api.schema import operation
from shop.customer.models import User
from shop.customer.roles import role_of
from shop.staff import codes

ROLES = ["customer", "seller", "admin"]


class UserSerializer(serializers.ModelSerializer):
    username = serializers.CharField(max_length=150)
    role = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "username", "first_name", "last_name", "role"]
        read_only_fields = ["email"]

    def get_role(self, user) -> serializers.ChoiceField(choices=ROLES):
        return role_of(user)


class LoginSerializer(serializers.Serializer):
    email = serializers.EmailField(required=False)
    username = serializers.CharField(required=False)
    password = serializers.CharField(trim_whitespace=False)
    code = serializers.CharField(
        required=False, help_text="From the authenticator app, for an account that has one."
    )

    def validate(self, attrs):
        if not (attrs.get("email") or attrs.get("username")):
            raise serializers.ValidationError({"email": ["An email or a username is needed."]})
        return attrs


class RefreshTokenSerializer(serializers.Serializer):
    refresh = serializers.CharField()


class PairSerializer(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()


class TokensSerializer(PairSerializer):
    user = UserSerializer()


class WithUserSerializer(serializers.Serializer):
    user = UserSerializer()


class AtTheDoor(APIView):
    """Whoever comes here is not signed in yet; what they bring is no cookie."""

    guesses = "login"
    permission_classes = [AllowAny]
    authentication_classes = []

    def get_authenticate_header(self, _request):
        return "Bearer"


class Login(AtTheDoor):
    guesses = "login"

    @operation(
        "bad_credentials",
        request=LoginSerializer,
        sends=examples.LOGIN,
        answers={200: TokensSerializer},
        gives=examples.TOKENS,
    )
    def post(self, request):
        """Answers a user with an access and a refresh token."""
        user = _authenticated(request)
        update_last_login(None, user)
        return Response(signed_in(user))


class RefreshSerializer(TokenRefreshSerializer):
    """A used token buys a new pair once, for who its user is now: roles change, people leave."""

    def validate(self, attrs):
        used = self.token_class(attrs["refresh"])
        user = User.objects.filter(pk=used.get(jwt.USER_ID_CLAIM), is_active=True).first()
        if user is None:
            raise TokenError("The account of this token is closed.")
        with transaction.atomic():
            _row, is_first_use = used.blacklist()
            if not is_first_use:
                raise TokenError("This token was used already.")
            return _pair_for(user)


class Refresh(TokenRefreshView):
    serializer_class = RefreshSerializer

    @operation(
        "token_not_valid",
        request=RefreshTokenSerializer,
        sends=examples.REFRESH,
        answers={200: PairSerializer},
        gives=examples.PAIR,
    )
    def post(self, request):
        """Answers a refresh token with a new pair, once."""
        return super().post(request)


class Logout(APIView):
    @operation(
        request=RefreshTokenSerializer,
        sends=examples.REFRESH,
        answers={204: None},
    )
    def post(self, request):
        """Makes a refresh token of one's own worthless."""
        _token_of(request.user, parsed(RefreshTokenSerializer, request)["refresh"]).blacklist()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Session(APIView):
    """Beside tokens, for programs in a browser: a cookie, and Django's CSRF header with it."""

    guesses = "login"

    def get_authenticators(self):
        return [] if self._arrives else super().get_authenticators()

    def get_permissions(self):
        return [] if self._arrives else super().get_permissions()

    @property
    def _arrives(self):
        return getattr(self.request, "method", None) == "POST"

    def get_authenticate_header(self, _request):
        return "Bearer"

    @operation(
        "bad_credentials",
        request=LoginSerializer,
        sends=examples.LOGIN,
        answers={200: WithUserSerializer},
        gives={"user": examples.USER},
    )
    def post(self, request):
        """Answers with a session cookie."""
        user = _authenticated(request)
        login(request._request, user)
        return Response({"user": UserSerializer(user).data})

    @operation(answers={204: None})
    def delete(self, request):
        """Ends the session."""
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


def signed_in(user):
    """A user with a pair of tokens."""
    return {"user": UserSerializer(user).data, **_pair_for(user)}


def _pair_for(user):
    refresh = RefreshToken.for_user(user)
    refresh["role"] = role_of(user)
    return {"access": str(refresh.access_token), "refresh": str(refresh)}


def _token_of(user, written):
    try:
        token = RefreshToken(written)
    except TokenError as refusal:
        raise InvalidToken(*refusal.args) from None
    if str(token.get(jwt.USER_ID_CLAIM)) != str(user.pk):
        raise InvalidToken("This token is not yours.")
    return token


def _authenticated(request):
    """Who gives a name and its password, and the code of a second factor where there is one."""
    given = parsed(LoginSerializer, request)
    name = given.get("email") or given.get("username")
    user = authenticate(request, username=name, password=given["password"])
    if user is None or not codes.opens(user, given.get("code", "")):
        raise BadCredentials
    return user
