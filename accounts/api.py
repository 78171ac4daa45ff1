"""The session: who is logged in, logging in and out, the second factor."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django_otp import login as second_factor_login
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed, Throttled, ValidationError
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import api_schema  # noqa: F401 - registers itself
from accounts.models import User
from accounts.serializers import LogInSerializer, OneTimeCodeSerializer, SessionSerializer
from accounts.services.second_factor import second_factor_missing, second_factor_verify


@extend_schema(tags=["session"])
class SessionView(APIView):
    """The session that this request belongs to."""

    permission_classes: list[type[BasePermission]] = [AllowAny]

    def get_throttles(self) -> list[Any]:
        """Count log-ins apart: they are worth guessing at."""
        self.throttle_scope = "login" if self.request.method == "POST" else None
        return super().get_throttles()

    @extend_schema(responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        """Say who is logged in, and give the token that changes need."""
        return session_answer(request)

    @extend_schema(request=LogInSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        """Log in; what a guest has put into the cart moves into the customer's."""
        given = LogInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        http = http_request(request)
        user = authenticate(http, username=given.validated_data["email"], password=given.validated_data["password"])
        if getattr(http, "axes_locked_out", False):
            # Answered here: the middleware would send a page.
            http.axes_locked_out = False  # type: ignore[attr-defined]
            raise Throttled(detail="Too many failed log-ins. Try again in a quarter of an hour.")
        if user is None:
            raise AuthenticationFailed("Email or password is not right.", code="wrong_credentials")
        login(http, user)
        request.user = user
        return session_answer(request)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Log out; the guest's cart of this session is forgotten too."""
        logout(http_request(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["session"])
class SecondFactorApiView(APIView):
    """Confirming a log-in."""

    permission_classes = [IsAuthenticated]
    throttle_scope = "login"

    @extend_schema(request=OneTimeCodeSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        """Confirm the log-in with a code from the phone or a recovery code."""
        given = OneTimeCodeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        device = second_factor_verify(user=cast("User", request.user), code=given.validated_data["code"])
        if device is None:
            raise ValidationError({"code": ["This code is not right, or was used already. Wait for the next one."]})
        second_factor_login(http_request(request), device)
        return session_answer(request)


def session_answer(request: Request) -> Response:
    """Describe the session."""
    http = http_request(request)
    known = http.user.is_authenticated
    session = {
        "user": http.user if known else None,
        "second_factor_needed": second_factor_missing(http.user),
        "csrf_token": get_token(http),
    }
    return Response(SessionSerializer(session).data)


def http_request(request: Request) -> HttpRequest:
    """Return the request that Django's own functions work on."""
    return request._request
