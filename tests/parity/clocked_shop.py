"""tests/harness/django_shop.py with a clock that is set from outside, and with faster, less durable writes.

`PUT /__clock/` with an instant in its body, such as 2026-11-22T09:00:00Z, stops the clock at that instant.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "harness"))

import django_shop  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

# Hundreds of worlds are loaded and thrown away, so no write has to reach the disk.
settings.DATABASES["default"].setdefault("OPTIONS", {})["init_command"] = (
    "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;"
)


@csrf_exempt
def clock(request):
    settings.SHOP_CLOCK = datetime.fromisoformat(request.body.decode()).astimezone(UTC)
    return HttpResponse(status=204)


django_shop.urlpatterns.insert(0, path("__clock/", clock))

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    server = django_shop.waitress.create_server(django_shop.application, listen="127.0.0.1:0")
    print(f"http://127.0.0.1:{server.effective_port}", flush=True)
    server.run()
