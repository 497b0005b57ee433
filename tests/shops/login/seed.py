import json
from datetime import timedelta

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken  # noqa: E402

mia = User.objects.create_user("mia", "mia@shop.example", "correct horse")
User.objects.create_user("gone", "gone@shop.example", "correct horse", is_active=False)
expired = AccessToken.for_user(mia)
expired.set_exp(lifetime=-timedelta(hours=1))
print(json.dumps({"expired": str(expired), "refresh": str(RefreshToken.for_user(mia))}))
