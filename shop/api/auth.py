"""Signing in for programs: a pair of tokens for a name and a password."""

from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.generics import RetrieveAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import RefreshToken

from shop.api.errors import BadCredentials
from shop.attempts import Attempts
from shop.customer.models import User
from shop.customer.roles import role_of
from shop.staff import two_factor

# By the name that was typed: behind a proxy everybody has the same address.
WRONG_PASSWORDS = Attempts("api-login", most={"name": 10}, seconds=600)


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
        refresh = RefreshToken.for_user(user)
        refresh["role"] = role_of(user)
        tokens = {"user": user, "access": str(refresh.access_token), "refresh": str(refresh)}
        return Response(TokensSerializer(tokens).data)


class Me(RetrieveAPIView):
    """Whose token this is."""

    serializer_class = UserSerializer

    def get_object(self):
        return self.request.user


def _authenticated(request, password, email="", username="", code=""):
    attempts = WRONG_PASSWORDS.of(name=(email or username).casefold())
    if minutes := attempts.count():
        raise Throttled(60 * minutes)
    known = Q(email__iexact=email) if email else Q(username=username)
    name = User.objects.filter(known).values_list("username", flat=True).first()
    # A name that nobody has takes as long as a wrong password: both hash one.
    user = authenticate(request, username=name or email or username, password=password)
    if user is None or not two_factor.opens(user, code):
        raise BadCredentials
    attempts.forgive()
    return user
