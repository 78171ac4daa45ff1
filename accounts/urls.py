"""Addresses of the accounts app."""

from __future__ import annotations

from django.urls import path

from accounts.views import SecondFactorSetUpView, SecondFactorView

urlpatterns = [
    path("", SecondFactorView.as_view(), name="second-factor"),
    path("set-up/", SecondFactorSetUpView.as_view(), name="second-factor-set-up"),
]
