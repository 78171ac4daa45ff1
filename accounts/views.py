"""Setting up and giving the second factor."""

from __future__ import annotations

from base64 import b32encode
from typing import Any, cast

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView
from django_otp import login as second_factor_login

from accounts.forms import OneTimeCodeForm
from accounts.models import User
from accounts.services.second_factor import (
    second_factor_begin,
    second_factor_confirm,
    second_factor_has_device,
    second_factor_verify,
)


def _user(request: HttpRequest) -> Any:
    """Return the user, whom ``login_required`` has let in; OTPMiddleware has added ``is_verified``."""
    return cast("User", request.user)


@method_decorator([never_cache, login_required], name="dispatch")
class SecondFactorView(RedirectURLMixin, FormView[OneTimeCodeForm]):
    """Ask for a code from the phone, or a recovery code."""

    form_class = OneTimeCodeForm
    template_name = "accounts/second_factor.html"
    next_page = settings.LOGIN_REDIRECT_URL
    extra_context = {"title": "Confirm it is you"}

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Send on who has nothing to confirm, or nothing to confirm with."""
        user = _user(request)
        if user.is_verified():
            return HttpResponseRedirect(self.get_success_url())
        if not second_factor_has_device(user):
            return HttpResponseRedirect(f"{reverse('second-factor-set-up')}?{request.GET.urlencode()}")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: OneTimeCodeForm) -> HttpResponse:
        """Let the session through if a device accepts the code."""
        device = second_factor_verify(user=_user(self.request), code=form.cleaned_data["code"])
        if device is None:
            form.add_error("code", "This code is not right, or was used already. Wait for the next one and try again.")
            return self.form_invalid(form)
        second_factor_login(self.request, device)
        return super().form_valid(form)


@method_decorator([never_cache, login_required], name="dispatch")
class SecondFactorSetUpView(RedirectURLMixin, FormView[OneTimeCodeForm]):
    """Show a secret to scan, and take the phone into use once its first code is right."""

    form_class = OneTimeCodeForm
    template_name = "accounts/second_factor_set_up.html"
    next_page = settings.LOGIN_REDIRECT_URL

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Keep out who has a device that this session has not been confirmed with."""
        if second_factor_has_device(_user(request)) and not _user(request).is_verified():
            return HttpResponseRedirect(reverse("second-factor"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Add the secret as a QR code and as text."""
        device = second_factor_begin(user=_user(self.request))
        secret = device.bin_key
        return super().get_context_data(
            title="Set up your second factor",
            qr_code=segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2, dark="#111827"),
            secret=_grouped(secret),
            **kwargs,
        )

    def form_valid(self, form: OneTimeCodeForm) -> HttpResponse:
        """Take the phone into use and show the recovery codes, once."""
        codes = second_factor_confirm(user=_user(self.request), code=form.cleaned_data["code"])
        if codes is None:
            form.add_error("code", "This code is not right. Check the clock of your phone and try the next code.")
            return self.form_invalid(form)
        device = _user(self.request).totpdevice_set.get(confirmed=True)
        second_factor_login(self.request, device)
        return render(
            self.request,
            "accounts/recovery_codes.html",
            {"title": "Recovery codes", "codes": codes, "next_url": resolve_url(self.get_success_url())},
        )


def _grouped(secret: bytes) -> str:
    """Write a secret in base 32, in groups of four for typing it off the screen."""
    text = b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
