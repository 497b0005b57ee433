"""Serves the reference shop to tests, and prints its address. Started by backends.ts.

`GET /__world/` returns the world, `PUT /__world/` replaces it. `manage.py dump_world` and `load_world`
do the same, but each has to start Django first.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "django"))
os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"

import waitress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

application = get_wsgi_application()

from project import urls  # noqa: E402
from shop import world  # noqa: E402


@csrf_exempt
def world_view(request):
    if request.method != "PUT":
        return JsonResponse(world.dump())
    world.load(world.read(request.body.decode()))
    return HttpResponse(status=204)


urlpatterns = [path("__world/", world_view), path("", include(settings.ROOT_URLCONF))]
# Django takes error handlers from the root URLconf only.
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
settings.ROOT_URLCONF = __name__
settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    server = waitress.create_server(application, listen="127.0.0.1:0")
    print(f"http://127.0.0.1:{server.effective_port}", flush=True)
    server.run()
