"""Signing in for programs: a pair of tokens for a name and a password."""

from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.generics import RetrieveAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.settings import api_settings as jwt
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.views import TokenRefreshView

from shop.api.errors import BadCredentials
from shop.customer.logins import TooManyGuesses
from shop.customer.models import User
from shop.customer.roles import role_of
from shop.staff import codes


class UserSerializer(serializers.ModelSerializer):
    role = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "username", "first_name", "last_name", "role"]

    def get_role(self, user) -> str:
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


class TokensSerializer(serializers.Serializer):
    user = UserSerializer()
    access = serializers.CharField()
    refresh = serializers.CharField()


class Login(APIView):
    """Answers a user with an access and a refresh token."""

    guesses = "login"
    permission_classes = [AllowAny]
    authentication_classes = []

    def get_authenticate_header(self, _request):
        return "Bearer"

    @extend_schema(request=LoginSerializer, responses=TokensSerializer)
    def post(self, request):
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = _authenticated(request, **serializer.validated_data)
        update_last_login(None, user)
        return Response(TokensSerializer({"user": user} | _tokens_for(user)).data)


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
            return _tokens_for(user)


class Refresh(TokenRefreshView):
    """Answers a refresh token with a new pair."""

    serializer_class = RefreshSerializer


class Me(RetrieveAPIView):
    """Whose token this is."""

    serializer_class = UserSerializer

    def get_object(self):
        return self.request.user


def _tokens_for(user):
    refresh = RefreshToken.for_user(user)
    refresh["role"] = role_of(user)
    return {"access": str(refresh.access_token), "refresh": str(refresh)}


def _authenticated(request, password, email="", username="", code=""):
    try:
        user = authenticate(request, username=email or username, password=password)
        is_known = user is not None and codes.opens(user, code)
    except TooManyGuesses as refusal:
        raise Throttled(60 * refusal.minutes) from None
    if not is_known:
        raise BadCredentials
    return user
