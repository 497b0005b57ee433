"""Tries what the viewsets of a project answer to one user, in this process. `manage.py shop_mcp_doctor` prints it.

Only GET is sent, in a transaction that is rolled back.
"""

import json
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import connections
from rest_framework.test import APIClient

from shop_mcp import previews, views
from shop_mcp.checks import NO_TABLE
from shop_mcp.exceptions import PreviewImpossible
from shop_mcp.routes import found_views, found_viewsets
from shop_mcp.statuses import canonical

GREEN, AMBER, RED = "green", "amber", "red"
NOWHERE = "zzqxv"  # a word that no product has


@dataclass
class Line:
    """What was found at one endpoint, and what to do about it."""

    level: str
    about: str
    text: str
    hint: str = ""


def examine(user):
    """Yield the lines of a report on what `user` sees."""
    yield from check_lines()
    try:
        with previews.rolled_back():
            lines = list(Visit(user).lines())
    except PreviewImpossible as error:
        lines = [Line(RED, "settings", f"{error.detail['detail']} Nothing was tried.", "Correct DATABASES.")]
    yield from lines


def check_lines():
    for found in run_checks(tags=["shop_mcp"], databases=list(connections)):
        if not found.is_silenced():
            level = RED if found.level >= ERROR or found.id == NO_TABLE else AMBER
            yield Line(level, getattr(found.obj, "__name__", "settings"), found.msg, found.hint or "")


def host():
    """A host that ALLOWED_HOSTS allows."""
    first = next((one for one in settings.ALLOWED_HOSTS if one != "*"), "localhost")
    return first.lstrip(".")


def escaped(id):
    """An id as a part of a path: one may be #1001."""
    return quote(str(id), safe="")


class Visit:
    def __init__(self, user):
        self.user = user
        self.paths = {path: cls for path, cls in found_views()}

    def get(self, path, user=None, **query):
        """The status and the JSON of an answer. The user is the one of the visit, or nobody for False."""
        client = APIClient(raise_request_exception=False, SERVER_NAME=host())
        if user is not False:
            client.force_authenticate(user or self.user)
        response = client.get(path, query, secure=True, **{views.EXAMINED: True})
        try:
            return response, json.loads(response.content)
        except ValueError:
            return response, None

    def lines(self):
        for viewset, path in found_viewsets().items():
            if "<" in path:
                yield Line(
                    AMBER, path, "is below a path with arguments, so it was not tried", "Try it with `bun run doctor`."
                )
                continue
            for kind, visit in self.visits().items():
                if issubclass(viewset, kind):
                    yield from visit(viewset, path)
        for path, cls in self.paths.items():
            if issubclass(cls, views.ShopView) and "<" not in path:
                yield from self.expect_ok(path)

    def visits(self):
        return {
            views.ProductViewSet: self.products,
            views.OrderViewSet: self.orders,
            views.CustomerViewSet: self.customers,
        }

    def expect_ok(self, path, **query):
        """A red line for an answer that is no 200 with JSON, and a green one otherwise."""
        response, data = self.get(path, **query)
        if response.status_code == 200 and data is not None:
            yield Line(GREEN, path, "answers")
        else:
            said = (data or {}).get("detail", "") if isinstance(data, dict) else ""
            hint = "See the traceback: open it in a browser with DEBUG = True." if response.status_code >= 500 else ""
            if "%2F" in path:
                hint = "No path can have an id with a slash: name another source of it."
            yield Line(RED, path, f"answers with HTTP {response.status_code} {said}".strip(), hint)

    def rows(self, path, **query):
        _, data = self.get(path, **query)
        return data.get("results", []) if isinstance(data, dict) else []

    # Products.

    def products(self, viewset, path):
        answer, *_ = self.expect_ok(path)
        yield answer
        rows = self.rows(path)
        if answer.level != GREEN:
            return
        if not rows:
            yield Line(AMBER, path, "there are no products, so nothing could be tried", "Add some, and run it again.")
            return
        yield from self.search(viewset, path, rows[0])
        yield from self.sorted_by_price(viewset, path)
        if len(self.rows(path, limit=1)) != 1:
            yield Line(RED, path, "limit is not obeyed", "Keep pagination_class as it is.")
        yield from self.expect_ok(f"{path.removesuffix('search/')}{escaped(rows[0]['product_id'])}/")

    def search(self, viewset, path, row):
        words = str(row.get("name", "")).split()
        if words and not any(one["product_id"] == row["product_id"] for one in self.rows(path, q=words[0], limit=50)):
            yield Line(
                RED, path, f'search for "{words[0]}" does not find "{row["name"]}"', "Add its column to search_fields."
            )
        if self.rows(path, q=NOWHERE):
            yield Line(RED, path, "search finds products for a word that none of them has", "Set search_fields.")

    def sorted_by_price(self, viewset, path):
        prices = [
            row["price"] for row in self.rows(path, ordering="price", limit=50) if isinstance(row.get("price"), str)
        ]
        if viewset.lookup_of("price") and prices != sorted(prices, key=float):
            yield Line(RED, path, "ordering=price is not obeyed", "Do not order the queryset after this viewset.")

    # Orders.

    def orders(self, viewset, path):
        answer, *_ = self.expect_ok(path)
        yield answer
        if answer.level != GREEN:
            return
        yield from self.needs_token(path)
        rows = self.rows(path, limit=50)
        if not rows:
            yield Line(AMBER, path, f"{self.user} has no orders, so none could be tried", "Name a user who has some.")
            return
        unknown = {str(row["status"]) for row in rows if not canonical(row.get("status"))}
        if unknown:
            yield Line(
                AMBER, path, f"statuses of the shop's own: {', '.join(sorted(unknown))}", "Map them in `statuses`."
            )
        order = f"{path}{escaped(rows[0]['order_id'])}/"
        yield from self.expect_ok(order)
        yield from self.expect_ok(f"{order}status/")
        yield from self.foreign_order(viewset, path)

    def needs_token(self, path):
        response, _ = self.get(path, user=False)
        if response.status_code == 200:
            yield Line(RED, path, "is shown without a token", "Set permission_classes = [IsAuthenticated].")
        elif response.status_code != 401 or not response.headers.get("WWW-Authenticate"):
            text = f"without a token it answers with HTTP {response.status_code}, without WWW-Authenticate"
            yield Line(AMBER, path, text, "Put the authentication class that reads tokens first.")

    def foreign_order(self, viewset, path):
        """An order of another user is answered as one that does not exist."""
        if views.is_staff(self.user) or viewset.queryset is None or not viewset.owner:
            return
        foreign = viewset.queryset.exclude(**{viewset.owner: self.user.pk}).values_list(viewset.lookup_of("order_id"))
        for (order_id,) in foreign[:1]:
            response, _ = self.get(f"{path}{escaped(order_id)}/")
            if response.status_code == 404:
                yield Line(GREEN, path, "an order of another customer is not found")
            else:
                text = f"order {order_id} of another customer is answered with HTTP {response.status_code}"
                yield Line(RED, path, text, "Set owner, and do not override get_queryset without super().")

    # Customers.

    def customers(self, viewset, path):
        yield from self.expect_ok(f"{path}me/")
        yield from self.needs_token(f"{path}me/")
