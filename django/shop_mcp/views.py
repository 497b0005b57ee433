"""Viewsets to inherit from. Name the rows and their serializer, and put them into your URLs with urls.py:

    class Books(views.ProductViewSet):
        queryset = Book.objects.filter(published=True).select_related("genre")
        serializer_class = BookSerializer
        search_fields = ["title", "author__name", "blurb"]

    class Orders(views.OrderViewSet):
        queryset = Order.objects.prefetch_related("orderline_set__book")
        serializer_class = OrderSerializer
        owner = "customer__user"

        @change(preview="rollback")
        def cancel(self, order, reason): ...

Customers see their own orders, staff (`is_staff`) see all. What a caller may not see is answered as what does not
exist: with 404. A filter or an order that the columns of your models do not allow is left out of the OpenAPI document,
and not obeyed.
"""

from functools import cache
from math import ceil

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DataError, connections, models, router
from django.http import Http404
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import cached_property, classproperty
from rest_framework import exceptions, generics, viewsets
from rest_framework.filters import SearchFilter
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAdminUser, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from shop_mcp import bodies, changes, events, previews, serializers, statuses, versions
from shop_mcp.columns import lookup_of
from shop_mcp.conf import setting
from shop_mcp.exceptions import PreviewImpossible
from shop_mcp.idempotency import canonical_body
from shop_mcp.pagination import ShopCursorPagination


def is_staff(user):
    """Whether a user may see everybody's. A user model of your own may know no staff."""
    return bool(getattr(user, "is_staff", False))


class IsStaff(IsAdminUser):
    def has_permission(self, request, view):
        return is_staff(request.user)


# Of a request by the doctor, in its WSGI environment, which clients cannot set: it is not throttled.
EXAMINED = "shop_mcp.examined"


class ContractMixin:
    """What the contract fixes, whatever REST_FRAMEWORK says: JSON, its errors, and no answers to OPTIONS but 405 with
    the methods that are allowed."""

    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]
    metadata_class = None

    def get_exception_handler(self):
        return exception_handler

    def check_throttles(self, request):
        if not request.META.get(EXAMINED):
            super().check_throttles(request)


class PersonalMixin:
    """Answers that are only for the caller: no cache may give them to others."""

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, private=True)
        patch_vary_headers(response, ["Authorization"])
        return response


class RecordViewSet(ContractMixin, viewsets.GenericViewSet):
    """Rows and records of one model. `query_class` validates the query string of the list."""

    pagination_class = ShopCursorPagination
    filter_backends: list = []
    query_class = bodies.PageQuery
    id_name = ""

    @property
    def lookup_url_kwarg(self):
        return self.id_name

    @property
    def lookup_field(self):
        return self.lookup_of(self.id_name)

    @classmethod
    def lookup_of(cls, name):
        """A field of the contract as a lookup of the ORM, None if the database has no column for it."""
        column = cls.serializer_class.column(name)
        return column and lookup_of(cls.serializer_class.source_of(name))

    @cached_property
    def validated_query(self):
        query = self.query_class(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return query.validated_data

    def get_object(self):
        try:
            return super().get_object()
        except (OverflowError, DataError):  # an integer that the column does not hold, before Django 5.0
            raise Http404 from None

    def get_serializer_class(self):
        """What the action shows, or takes."""
        record = self.serializer_class
        return record.subset("Row", record.row) if self.action == "list" else record

    def page_of(self, queryset):
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(queryset), many=True).data)

    def answer(self, instance):
        """The record as an answer, with its version as `ETag`, too."""
        data = self.serializer_class(instance, context=self.get_serializer_context()).data
        headers = {"ETag": versions.etag(data["version"])} if "version" in data else {}
        return Response(data, headers=headers)


class ProductViewSet(RecordViewSet):
    """Search for products, and a product in full. Everybody may see them, without a token, too."""

    permission_classes = [AllowAny]
    query_class = bodies.ProductQuery
    id_name = "product_id"
    search_fields: list = []  # as in DRF's SearchFilter: each word has to be in one of them

    def list(self, request, **kwargs):
        """Products that contain every word of `q`."""
        return self.page_of(self.found())

    def retrieve(self, request, product_id, **kwargs):
        """A product with its items (variants)."""
        return self.answer(self.get_object())

    @property
    def ordering(self):
        asked = self.validated_query["ordering"]
        column = self.lookup_of(asked.lstrip("-"))
        key = self.lookup_field
        if asked == "relevance" or not column:
            return (key,)
        return ("-" + column if asked.startswith("-") else column, key)

    def found(self):
        query, products = self.validated_query, self.get_queryset()
        products = SearchIn(query["q"]).filter_queryset(self.request, products, self)
        return products.filter(*self.conditions(query))

    def conditions(self, query):
        """What the arguments of a search demand, as far as there are columns for it."""
        category, price = self.lookup_of("category"), self.lookup_of("price")
        if query["category"] and category:
            yield models.Q(**{f"{category}__iexact": query["category"]})
        if "min_price" in query and price:
            is_whole = isinstance(self.serializer_class.column("price"), models.IntegerField)  # Django cuts 9.50 to 9
            yield models.Q(**{f"{price}__gte": ceil(query["min_price"]) if is_whole else query["min_price"]})
        if "max_price" in query and price:
            yield models.Q(**{f"{price}__lte": query["max_price"]})
        available = self.lookup_of("available")
        if query["in_stock"] and available:
            is_flag = isinstance(self.serializer_class.column("available"), models.BooleanField)
            yield models.Q(**({available: True} if is_flag else {f"{available}__gt": 0}))

    @classmethod
    def obeyed(cls):
        """The arguments of a search that the columns allow, by their names in a query."""
        needs = dict.fromkeys(["min_price", "max_price", "ordering"], "price")
        needs |= {"category": "category", "in_stock": "available"}
        rest = {name for name, field in needs.items() if cls.lookup_of(field)}
        return {"limit", "cursor"} | rest | ({"q"} if cls.search_fields else set())


class SearchIn(SearchFilter):
    """DRF's search, for words that are given."""

    def __init__(self, words):
        self.words = words

    def get_search_terms(self, request):
        return self.words.split()


class OrderViewSet(PersonalMixin, RecordViewSet):
    """Orders: a list, one in full, its status, the changes that are declared, and what they would do."""

    permission_classes = [IsAuthenticated]
    query_class = bodies.OrderQuery
    id_name = "order_id"
    owner = ""  # a lookup from the order to the user whose it is: "customer__user"

    @classproperty
    def changes(cls):
        return changes.changes_of(cls)

    def get_serializer_class(self):
        if self.action == "status":
            return self.serializer_class.subset("Status", self.serializer_class.status_row)
        if self.action == "preview":
            return bodies.PreviewBody
        change = self.changes.get(self.action)
        return change.body if change else super().get_serializer_class()

    def visible(self, orders):
        """Those of the orders that the caller may see."""
        user = self.request.user
        return orders if is_staff(user) else orders.filter(**{self.owner: user.pk})

    def get_queryset(self):
        return self.visible(super().get_queryset())

    def filter_queryset(self, orders):
        """A change reads and locks orders in the database that it writes to, not in a replica."""
        orders = super().filter_queryset(orders)
        is_read = self.request.method in SAFE_METHODS
        return orders if is_read else orders.using(orders._db or router.db_for_write(orders.model))

    # Reads.

    @property
    def ordering(self):
        placed_at, key = self.lookup_of("placed_at"), self.lookup_field
        return (f"-{placed_at}", key) if placed_at else (f"-{key}",)

    def list(self, request, **kwargs):
        """Orders, newest first: the caller's own, or for staff those of one customer or of all."""
        return self.page_of(self.filtered(self.get_queryset()))

    def filtered(self, orders):
        customer, status = self.validated_query["customer"], self.validated_query.get("status")
        if customer == "me":
            orders = orders.filter(**{self.owner: self.request.user.pk})
        elif customer:
            orders = self.of_customer(orders, customer)
        return self.of_status(orders, status) if status and self.lookup_of("status") else orders

    def of_status(self, orders, status):
        """The orders whose own status means this one."""
        record, lookup = self.serializer_class, self.lookup_of("status")
        column, words = record.column("status"), set(record.statuses)
        words.update(value for value, _ in column.flatchoices or ())
        own = [word for word in words if statuses.canonical(record.statuses.get(word, word)) == status]
        meant = models.Q(**{f"{lookup}__in": own})
        if isinstance(column, (models.CharField, models.TextField)):
            for spelling in statuses.spellings(status):
                meant |= models.Q(**{f"{lookup}__iexact": spelling})
            others = [word for word in record.statuses if word not in own]
            meant &= ~models.Q(**{f"{lookup}__in": others})
        return orders.filter(meant)

    def of_customer(self, orders, customer):
        """The orders of a customer, of whom others than staff can only name themselves."""
        column = self.lookup_of("customer_id")
        if not column:
            raise exceptions.ValidationError({"customer": ["This shop cannot list the orders of one customer."]})
        try:
            orders = orders.filter(**{column: customer})
            has_any = orders.exists()
        except (ValueError, TypeError, OverflowError, DataError, ValidationError):  # no such id
            orders, has_any = orders.none(), False
        if not is_staff(self.request.user) and not has_any:
            raise exceptions.PermissionDenied
        return orders

    def retrieve(self, request, order_id, **kwargs):
        """An order: what was bought, paid and shipped, and what can be done with it now."""
        return self.answer(self.get_object())

    def status(self, request, order_id, **kwargs):
        """The status of an order, in short."""
        return Response(self.get_serializer(self.get_object()).data)

    # Changes. `make_change` is called by `@change`, in a transaction.

    def locked_object(self):
        """The order, locked, so that a second change waits and sees the result of the first. It is locked by a query
        of its own: your queryset may have an aggregate, which PostgreSQL does not lock."""
        order = self.get_object()
        rows = type(order)._base_manager.using(order._state.db)
        can_name_tables = connections[rows.db].features.has_select_for_update_of
        rows.select_for_update(of=("self",) if can_name_tables else ()).get(pk=order.pk)
        return self.get_object()

    def make_change(self, change):
        order = self.locked_object()
        before = self.order_serializer(order)
        if "If-Match" in self.request.headers:
            versions.require_match(self.request, before.data["version"])
        body = self.valid_body(change, self.request.data)
        answer = Response(self.changed(change, self.made, before, body))
        events.order_changed(before.data[self.id_name])
        return answer

    def changed(self, change, make, before, body):
        """The answer to a change: require that the order allows it, make the order after it, and show that."""
        rule = before.fields.get(change.kind.permission)
        if isinstance(rule, serializers.fields.RulingSerializer):
            changes.require(changes.Ruling.of(rule.get_attribute(before.instance)))
        shows_payments = "payments" in before.fields and "change" not in before.fields
        payments = list(before.data.get("payments") or []) if shows_payments else None
        data = self.order_serializer(make(change, before.instance, body)).data
        return data if "change" in data else {**data, "change": self.effect(change, payments, data)}

    def made(self, change, order, body):
        """The order after a change, as it is stored then, or as the change returns it."""
        after = change.make(self, order, **body)
        return self.stored(order) if after is None or after is order else after

    def foreseen(self, change, order, body):
        """The order after a change, as its function says. Raises `TypeError` if that returns nothing."""
        after = change.preview(self, order, **body)
        if after is None:
            raise TypeError(f"The preview of {change.name} returned nothing. Return the changed order.")
        return after

    def stored(self, order):
        """The order as it is stored now. Nothing that was read before is used again."""
        return self.filter_queryset(super().get_queryset()).get(pk=order.pk)

    def effect(self, change, before, data):
        """What a change did: its kind, and the payments that it added, if orders show payments."""
        if before is None:
            return {"kind": change.name}
        added = list(data["payments"])
        for payment in before:
            if payment in added:
                added.remove(payment)
        return {"kind": change.name, "payments": added}

    def order_serializer(self, order):
        return self.serializer_class(order, context=self.get_serializer_context())

    def valid_body(self, change, data):
        body = change.body(data=data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return body.validated_data

    # Previews.

    def preview(self, request, order_id, **kwargs):
        """The order as it would be after a change. Nothing is stored; what refuses the change refuses this."""
        canonical_body(request)  # JSON that cannot be read is refused first, as by the change
        order = self.get_object()
        asked = bodies.PreviewBody(data=request.data, changes=self.changes)
        asked.is_valid(raise_exception=True)
        change = self.changes[asked.validated_data["change"]]
        body = self.valid_body(change, asked.validated_data["body"])
        if change.preview is None:
            raise PreviewImpossible("This shop does not say beforehand what this change would do.")
        if callable(change.preview):
            return Response(self.changed(change, self.foreseen, self.order_serializer(order), body))
        with previews.rolled_back(), previews.nothing_leaves():
            before = self.order_serializer(self.locked_object())
            data = self.changed(change, self.made, before, body)
        return Response(data)


class CustomerViewSet(PersonalMixin, RecordViewSet):
    """Customers: `me` is the caller, and staff find and see everybody. Without attributes of your own, a customer
    is a Django user with its e-mail and names."""

    permission_classes = [IsAuthenticated]
    query_class = bodies.CustomerQuery
    id_name = "customer_id"
    owner = "pk"  # a lookup from the customer to the user

    @property
    def ordering(self):
        return (self.lookup_field,)

    def get_permissions(self):
        is_list = self.action_map.get("get") == "list"  # whatever the method, also one that is not allowed
        return [IsStaff()] if is_list else super().get_permissions()

    def get_queryset(self):
        customers, user = super().get_queryset(), self.request.user
        return customers if is_staff(user) else customers.filter(**{self.owner: user.pk})

    def get_object(self):
        if self.kwargs["customer_id"] == "me":
            return generics.get_object_or_404(self.get_queryset(), **{self.owner: self.request.user.pk})
        return super().get_object()

    def list(self, request, **kwargs):
        """Search for customers, for staff. Every given field must match."""
        return self.page_of(self.matching(**self.validated_query["match"]))

    def matching(self, **values):
        columns = {name: self.lookup_of(name) for name in values}
        unknown = [name for name, column in columns.items() if not column]
        if unknown:
            raise exceptions.ValidationError({name: ["This shop cannot search for it."] for name in unknown})
        return self.get_queryset().filter(**{f"{columns[name]}__iexact": text for name, text in values.items()})

    def retrieve(self, request, customer_id, **kwargs):
        """A customer's profile. `me` is the caller."""
        return self.answer(self.get_object())


class UserViewSet(CustomerViewSet):
    """Django's users as customers."""

    @classproperty
    def queryset(cls):
        return get_user_model()._default_manager.all()

    @classproperty
    def serializer_class(cls):
        return user_serializer()


@cache
def user_serializer():
    return type("UserSerializer", (serializers.CustomerSerializer,), {"model": get_user_model()})


class ShopView(ContractMixin, APIView):
    """The shop, as SHOP_MCP describes it. `products` is the viewset of its products."""

    permission_classes = [AllowAny]
    products = None

    def get(self, request, **kwargs):
        """The name of the shop, its currency, categories, policies and support hours."""
        shop = {name.lower(): setting(name) for name in ("NAME", "CURRENCY", "POLICIES", "SUPPORT_HOURS")}
        return Response({**{name: value for name, value in shop.items() if value}, **self.categories()})

    def categories(self):
        column = self.products and self.products.lookup_of("category")
        if not column or self.products.queryset is None:
            return {}
        products = self.products.queryset.order_by(column).values_list(column)
        counted = products.annotate(count=models.Count("pk", distinct=True))
        return {"categories": [{"name": str(name), "count": count} for name, count in counted if name]}
