"""`manage.py check --tag shop_mcp --database default`: what is missing, with the fix. Registered by apps.py.

An error (E) is what would be told wrongly, or not work at all; a warning (W) is what assistants would have to do
without. A warning that your shop has reasons for is silenced by SILENCED_SYSTEM_CHECKS.
"""

from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Warning
from django.core.exceptions import FieldDoesNotExist, FieldError, ImproperlyConfigured
from django.db import connections, models, router
from django.utils.module_loading import import_string
from rest_framework import authentication, permissions, serializers
from rest_framework.filters import SearchFilter

from shop_mcp import assertions, tokens, views, webhooks
from shop_mcp.columns import column_of
from shop_mcp.conf import DEFAULTS, setting
from shop_mcp.models import Event, IdempotencyRecord, UsedAssertion
from shop_mcp.routes import found_views, found_viewsets
from shop_mcp.serializers import KINDS_OF, NEVER_GUESSED, is_relation, needs_arguments
from shop_mcp.statuses import STATUSES, canonical

NO_TABLE = "shop_mcp.W011"
YES_OR_NUMBER = (models.BooleanField, models.IntegerField, models.FloatField, models.DecimalField)

# Settings.


def check_settings(app_configs, **options):
    return [*check_time(), *check_clock(), *check_sqlite()]


def check_time():
    if not settings.USE_TZ:
        yield Warning(
            "USE_TZ is off, so times are sent without a time zone.", hint="Set USE_TZ = True.", id="shop_mcp.W001"
        )


def check_clock():
    try:
        import_string(setting("CLOCK"))
    except (ImportError, AttributeError) as error:
        yield Error(
            f'SHOP_MCP["CLOCK"] cannot be imported: {error}', hint="Remove it, or correct it.", id="shop_mcp.E001"
        )


def check_sqlite():
    for alias, database in settings.DATABASES.items():
        is_sqlite = database.get("ENGINE", "").endswith("sqlite3")
        mode = str(database.get("OPTIONS", {}).get("transaction_mode", "")).upper()
        if is_sqlite and database.get("ATOMIC_REQUESTS") and mode not in ("IMMEDIATE", "EXCLUSIVE"):
            yield Warning(
                "ATOMIC_REQUESTS on SQLite reads before it writes, so that one of two changes at once fails "
                f"({alias}).",
                hint='Set OPTIONS = {"transaction_mode": "IMMEDIATE"} (Django 5.1), or turn ATOMIC_REQUESTS off: '
                "changes have a transaction of their own.",
                id="shop_mcp.W002",
            )


def check_throttles(app_configs, **options):
    """With --deploy."""
    limited = [cls for cls in found_viewsets() if cls.throttle_classes]
    if found_viewsets() and not limited:
        yield Warning(
            "Nothing limits how often a token may call.",
            hint="Set DEFAULT_THROTTLE_CLASSES and DEFAULT_THROTTLE_RATES in REST_FRAMEWORK, such as "
            '"120/min" for users.',
            id="shop_mcp.W003",
        )


# Callers of the MCP server: assertions.py and tokens.py, where they are used.


def check_callers(app_configs, **options):
    viewsets = found_viewsets()
    if any(issubclass(cls, assertions.AssertionAuthentication) for one in viewsets for cls in one.authentication_classes):
        yield from check_library()
        yield from check_set("ASSERTION_ISSUER", "ASSERTION_AUDIENCE")
        yield from check_importable("RESOLVE_USER", [setting("RESOLVE_USER")])
        yield from check_address(setting("ASSERTION_KEYS") or setting("ASSERTION_ISSUER"))
        yield from check_own_users()
    elif viewsets and setting("ASSERTION_ISSUER"):
        yield Error(
            "No viewset reads the assertions of the MCP server, so that its callers are nobody.",
            hint='Put "shop_mcp.assertions.AssertionAuthentication" first in DEFAULT_AUTHENTICATION_CLASSES.',
            id="shop_mcp.E029",
        )
    if any(cls is tokens.TokenView for _, cls in found_views()):
        yield from check_library()
        yield from check_set("TOKEN_ISSUER", "TOKEN_AUDIENCE", "TOKEN_KEY")
        yield from check_token_keys()
        yield from check_importable("TOKEN_AUTHENTICATION", setting("TOKEN_AUTHENTICATION"))
        yield from check_token_authentication()


def check_library():
    try:
        import jwt

        assert hasattr(jwt.PyJWKClient("https://unused.example"), "cooldown_duration")
    except (ImportError, AttributeError, AssertionError):
        yield Error(
            "PyJWT 2.14 or later is not installed, which verifies and signs what the MCP server is told.",
            hint='pip install "PyJWT[crypto]>=2.14"',
            id="shop_mcp.E023",
        )


def check_set(*names):
    for name in names:
        if not setting(name):
            yield Error(
                f'SHOP_MCP["{name}"] is not set, so that no caller of the MCP server is let in.',
                hint="shop_mcp/conf.py says what it is.",
                id="shop_mcp.E024",
            )


def check_importable(name, paths):
    for path in paths or [None]:
        try:
            import_string(path)
        except (ImportError, AttributeError, TypeError) as error:
            yield Error(f'SHOP_MCP["{name}"] cannot be imported: {error}', hint="Correct it.", id="shop_mcp.E025")


def check_own_users():
    if setting("RESOLVE_USER") == DEFAULTS["RESOLVE_USER"] and not setting("TOKEN_ISSUER"):
        yield Error(
            "Nothing says which user a caller of the MCP server is, so that none is let in.",
            hint='Set SHOP_MCP["RESOLVE_USER"], or SHOP_MCP["TOKEN_ISSUER"] where the shop itself signs them in.',
            id="shop_mcp.E030",
        )


def check_address(source):
    address = urlsplit(source) if isinstance(source, str) else None
    name = (address and address.hostname) or ""
    is_near = name in ("127.0.0.1", "::1") or not {".", ":"} & {*name}  # a name without dots is of one's own network
    if address and address.scheme != "https" and not is_near:
        yield Error(
            "The public keys of the MCP server are read without encryption: whoever is on the way could be any user.",
            hint='Set SHOP_MCP["ASSERTION_KEYS"] to an https address, or to the JWKS itself.',
            id="shop_mcp.E026",
        )


def check_token_keys():
    try:
        if setting("TOKEN_KEY"):
            tokens.keys()
    except ImportError as error:
        hint = 'pip install "PyJWT[crypto]>=2.14"'
        yield Error(f'SHOP_MCP["TOKEN_KEY"] is set, and cannot be used: {error}.', hint=hint, id="shop_mcp.E027")
    except ImproperlyConfigured as error:
        yield Error(str(error), hint="Correct it.", id="shop_mcp.E027")


def check_token_authentication():
    try:
        classes = [import_string(path) for path in setting("TOKEN_AUTHENTICATION")]
    except (ImportError, AttributeError, TypeError):
        return  # reported by check_importable
    if any(issubclass(cls, assertions.AssertionAuthentication) for cls in classes):
        yield Error(
            "A client of the MCP server could get tokens with more scope than it was granted.",
            hint='Remove AssertionAuthentication from SHOP_MCP["TOKEN_AUTHENTICATION"].',
            id="shop_mcp.E028",
        )


# Orders and products that report themselves: events.py and webhooks.py, where they are used.


def check_events(app_configs, **options):
    url, declared = setting("WEBHOOK_URL"), setting("EVENTS")
    if url is not None and not is_http(url):
        yield Error(
            f'SHOP_MCP["WEBHOOK_URL"] is no address that events can be sent to: {without_password(url)!r}.',
            hint='Give the one of the MCP server: "https://mcp.shop.example/hooks/shop".',
            id="shop_mcp.E031",
        )
    if url is not None and not (webhooks.secrets() and all(len(secret) >= 32 for secret in webhooks.secrets())):
        yield Error(
            'SHOP_MCP["WEBHOOK_SECRET"] has fewer than 32 characters, so that the MCP server takes no event.',
            hint="Give both the same: openssl rand -hex 32 makes one. The server's is SHOP_MCP_WEBHOOK_SECRET.",
            id="shop_mcp.E032",
        )
    if url is not None and not declared:
        yield Warning(
            "Only changes by way of the API are reported, and none of the shop's own.",
            hint='Name the models whose rows change: SHOP_MCP["EVENTS"] = {"shop.Order": ("order", "number")}.',
            id="shop_mcp.W016",
        )
    for label, entry in declared.items() if isinstance(declared, dict) else [(declared, None)]:
        yield from check_event(label, entry)


def is_http(url):
    try:
        address = urlsplit(url)
        return address.scheme in ("http", "https") and bool(address.hostname) and "@" not in address.netloc
    except (ValueError, AttributeError, TypeError):
        return False


def without_password(url):
    return str(url).rpartition("@")[2]


def check_event(label, entry):
    try:
        model, (kind, path) = apps.get_model(label), entry
        Event.Type(f"{kind}.changed")
        is_there = exists(model, path + "")  # which no function is
    except (AttributeError, LookupError, TypeError, ValueError):
        yield Error(
            f'SHOP_MCP["EVENTS"] has {label!r}: {entry!r}, of which nothing can be reported.',
            hint='Write "app.Model": ("order", "where its id is read"), or "product".',
            id="shop_mcp.E033",
        )
        return
    if not is_there:
        yield Error(
            f'SHOP_MCP["EVENTS"] reads the id of the {kind} from {path}, which {model.__name__} does not have.',
            hint=f'Correct it: "{label}": ("{kind}", "…").',
            id="shop_mcp.E034",
        )
        return
    if router.db_for_write(model) != router.db_for_write(Event):
        yield Error(
            f"{model.__name__} is in the database {router.db_for_write(model)} and events in "
            f"{router.db_for_write(Event)}, so that one could be written without the other.",
            hint="Route the app shop_mcp to the database of the orders, in DATABASE_ROUTERS.",
            id="shop_mcp.E035",
        )
    for viewset in found_viewsets():
        record = viewset.serializer_class
        if viewset.id_name != f"{kind}_id" or getattr(record, "model", None) is not model:
            continue
        known_by, told_by = record.column(viewset.id_name), column_of(model, path)
        if known_by and told_by and known_by is not told_by:
            yield Error(
                f'SHOP_MCP["EVENTS"] reports {model.__name__} by {path}, which the API knows by {known_by.name}.',
                hint=f'Write "{label}": ("{kind}", "{known_by.name}").',
                obj=viewset,
                id="shop_mcp.E036",
            )


# Storage: with --database default. A missing table is a warning, so that it does not stop `migrate`, which makes it.


def check_storage(app_configs, databases=None, **options):
    alias = router.db_for_write(IdempotencyRecord)
    if alias not in (databases or []):
        return
    connection = connections[alias]
    tables = connection.introspection.table_names()
    needed = {model._meta.db_table for model in (IdempotencyRecord, UsedAssertion, Event)}
    if not needed.issubset(tables) and "django_migrations" in tables:
        yield Warning(
            "The table of idempotency keys, of used assertions or of events is missing, so no change can be made.",
            hint="Run manage.py migrate shop_mcp.",
            id=NO_TABLE,
        )
    if not connection.features.supports_transactions:
        yield Error(
            "The database has no transactions, so a change could be made without its record.",
            hint="Use PostgreSQL, MySQL with InnoDB, or SQLite.",
            id="shop_mcp.E002",
        )


# Viewsets.


def check_views(app_configs, **options):
    viewsets = found_viewsets()
    if not viewsets:
        yield Warning(
            "None of the viewsets of shop_mcp has a URL.",
            hint='Add path("api/", include(shop_urls(YourProducts, YourOrders))) to your urlpatterns.',
            id="shop_mcp.W004",
        )
    for viewset in viewsets:
        found = list(check_rows(viewset))
        yield from found
        if found:  # the rest would only repeat it
            continue
        yield from check_record(viewset, viewset.serializer_class)
        yield from check_nested(viewset, viewset.serializer_class)
        yield from check_id(viewset, viewset.serializer_class)
        yield from check_database(viewset)
        if issubclass(viewset, views.ProductViewSet):
            yield from check_products(viewset)
        else:
            yield from check_authentication(viewset)
            yield from check_owner(viewset)
        if issubclass(viewset, views.OrderViewSet):
            yield from check_statuses(viewset)
            yield from check_changes(viewset)


def check_id(viewset, record):
    column = record.column(viewset.id_name)
    if not column:
        yield Error(
            f"{viewset.id_name} is not a column, so nothing can be found by it.",
            hint=f'Name a field of {record.model.__name__}: sources = {{"{viewset.id_name}": "…"}} in '
            f"{record.__name__}.",
            obj=viewset,
            id="shop_mcp.E010",
        )
    elif not is_unique(column) and column.model is record.model:
        yield Warning(
            f"{viewset.id_name} is {column.name}, which is not unique: one of two rows with the same could "
            "not be read.",
            hint="Make it unique, or take another field.",
            obj=viewset,
            id="shop_mcp.W012",
        )


def is_unique(column):
    meta = column.model._meta
    constraints = [one.fields for one in meta.total_unique_constraints]
    return column.unique or (column.name,) in [*map(tuple, constraints), *map(tuple, meta.unique_together)]


def check_database(viewset):
    rows, keys = (router.db_for_write(model) for model in (viewset.serializer_class.model, IdempotencyRecord))
    if issubclass(viewset, views.OrderViewSet) and rows != keys:
        yield Error(
            f"Orders are in the database {rows} and the idempotency keys in {keys}, so that one could be "
            "written without the other.",
            hint="Route the app shop_mcp to the database of the orders, in DATABASE_ROUTERS.",
            obj=viewset,
            id="shop_mcp.E003",
        )


def check_rows(viewset):
    """Whether a viewset has rows and their serializer."""
    if viewset.queryset is None and viewset.get_queryset in (views.RecordViewSet.get_queryset,):
        yield Error("It has no rows.", hint="Set queryset.", obj=viewset, id="shop_mcp.E004")
    elif viewset.serializer_class is None or not hasattr(viewset.serializer_class, "model"):
        yield Error(
            "It has no serializer with a model.",
            hint="Set serializer_class to one that inherits from shop_mcp.serializers, and its model.",
            obj=viewset,
            id="shop_mcp.E005",
        )
    elif viewset.queryset is not None and not issubclass(viewset.queryset.model, viewset.serializer_class.model):
        yield Error(
            f"Its rows are of {viewset.queryset.model.__name__}, those of its serializer of "
            f"{viewset.serializer_class.model.__name__}.",
            hint="Give both the same model.",
            obj=viewset,
            id="shop_mcp.E006",
        )


def check_record(viewset, record):
    """Whether the sources of a serializer are there, and what the contract cannot do without."""
    model = record.model.__name__
    known = {*record.shape, *getattr(record, "row", ()), *getattr(record, "status_row", ())}
    for name in record.sources:
        if name not in known:
            yield Error(
                f"{record.__name__}.sources has {name}, which is no field of the contract.",
                hint=f"Use one of {', '.join(known - record._declared_fields.keys())}.",
                obj=viewset,
                id="shop_mcp.E007",
            )
        elif not exists(record.model, record.sources[name]):
            yield Error(
                f"{record.__name__} reads {name} from {record.sources[name]}, which {model} does not have.",
                hint=f"Correct it in {record.__name__}.sources.",
                obj=viewset,
                id="shop_mcp.E008",
            )
        elif isinstance(record.sources[name], str) and needs_arguments(*end_of(record.model, record.sources[name])):
            yield Error(
                f"{record.__name__} reads {name} from {record.sources[name]}, a method that needs more than the row.",
                hint=f'Give it what it needs: "{name}": lambda row: row.{record.sources[name]}(…).',
                obj=viewset,
                id="shop_mcp.E019",
            )
        elif not has_text(record.model, record.sources[name]) and known_kind(record, name) == "text":
            yield Error(
                f"{record.__name__} reads {name} from {record.sources[name]}, whose rows have no text of their own.",
                hint=f'Name the field that has it, as "{record.sources[name]}.name", or give the model a __str__.',
                obj=viewset,
                id="shop_mcp.E018",
            )
    for name, kind in record.shape.items():
        if (
            kind in NEVER_GUESSED
            and hasattr(record.model, name)
            and record.source_of(name) is None
            and name not in record.sources
        ):
            yield Warning(
                f"{record.__name__} sends no {name}, though {model} has one.",
                hint=f'If it is what the contract means, write sources = {{"{name}": "{name}"}}, otherwise '
                f'"{name}": None.',
                obj=viewset,
                id="shop_mcp.W014",
            )
        elif kind == "flag" and (column := record.column(name)) and not isinstance(column, YES_OR_NUMBER):
            yield Error(
                f"{record.__name__} reads {name} from {column.name}, which is neither true or false nor a number.",
                hint=f'Say what it means: sources = {{"{name}": lambda row: row.{column.name} == "…"}}.',
                obj=viewset,
                id="shop_mcp.E020",
            )
        elif (
            kind == "text"
            and (column := record.column(name))
            and column.choices
            and isinstance(column, models.IntegerField)
        ):
            yield Warning(
                f"{record.__name__} sends the numbers of {column.name} as {name}, not its words.",
                hint=f'Name the words: sources = {{"{name}": "get_{column.name}_display"}}.',
                obj=viewset,
                id="shop_mcp.W015",
            )
    if "currency" in record.shape and "currency" not in record.sources and is_relation(record.model, "currency"):
        yield Error(
            f"{record.__name__} sends prices without a currency, though each {model} has its own.",
            hint='Name its code: sources = {"currency": "currency.code"}.',
            obj=viewset,
            id="shop_mcp.E021",
        )
    price = record.column("price")
    if isinstance(price, models.IntegerField):
        yield Warning(
            f"{record.__name__} sends {price.name} as whole units of the currency.",
            hint=f'If it counts cents, write sources = {{"price": lambda row: Decimal(row.{price.name}) / 100}}.',
            obj=viewset,
            id="shop_mcp.W013",
        )
    for name in record.required:
        if record.source_of(name) is None:
            yield Error(
                f"{record.__name__} does not say where {name} is, without which the server shows no {model}.",
                hint=f'Name it: sources = {{"{name}": "…"}}.',
                obj=viewset,
                id="shop_mcp.E009",
            )
    has_money = any(kind == "money" and record.source_of(name) for name, kind in record.shape.items())
    if "currency" in record.shape and has_money and not (record.source_of("currency") or setting("CURRENCY")):
        yield Warning(
            f"{record.__name__} sends prices without a currency.",
            hint='Set SHOP_MCP = {"CURRENCY": "EUR"}, or name a source of currency.',
            obj=viewset,
            id="shop_mcp.W005",
        )


def check_nested(viewset, record):
    """The serializers of lines, items, payments and the like, and whether they are given anything."""
    for name, field in record._declared_fields.items():
        inner = type(getattr(field, "child", field))
        source = field.source or name
        is_nested = name in record.shape and source != "*" and isinstance(field, serializers.BaseSerializer)
        if is_nested and not exists(record.model, source):
            yield Warning(
                f"{record.__name__} reads {name} from {source}, which {record.model.__name__} does not have.",
                hint=f'Unless a Prefetch with to_attr="{source}" gives it, name it: '
                f'{name} = {inner.__name__}(source="{rows_of(record.model, inner)}", …).',
                obj=viewset,
                id="shop_mcp.W017",
            )
        if hasattr(inner, "shape") and hasattr(inner, "model"):
            yield from check_record(viewset, inner)


def rows_of(model, serializer):
    """By which name a model has the rows of a serializer, if there is one."""
    inner = getattr(serializer, "model", None)
    for field in model._meta.get_fields():
        if inner and field.is_relation and field.related_model is inner:
            return field.get_accessor_name() if field.auto_created else field.name
    return "…"


def exists(model, source):
    """Whether a source can be read from a model, as far as that can be known without a row."""
    if source is None or callable(source):
        return True
    for name in source.split("."):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            field = None
        if field is None or field.auto_created and not field.concrete:  # a property, a method, or rows that lead here
            return hasattr(model, name)
        if not field.is_relation or name != field.name:
            return True
        model = field.related_model
    return True


def end_of(model, source):
    """The model and the name that a dotted source ends at."""
    *relations, name = source.split(".")
    for relation in relations:
        if not is_relation(model, relation):
            return model, relation
        model = model._meta.get_field(relation).related_model
    return model, name


def known_kind(record, name):
    return KINDS_OF.get(name) or record.shape.get(name)


def has_text(model, source):
    """False for a source that ends at rows of a model without a `__str__`."""
    if not isinstance(source, str):
        return True
    for name in source.split("."):
        if not is_relation(model, name):
            return True
        model = model._meta.get_field(name).related_model
    return model.__str__ is not models.Model.__str__


def check_products(viewset):
    if not viewset.search_fields and viewset.found is views.ProductViewSet.found:
        yield Warning(
            "Search ignores the words that it is asked for.",
            hint='Name where to look for them: search_fields = ["name", "description"].',
            obj=viewset,
            id="shop_mcp.W006",
        )
    for name in viewset.search_fields:
        try:
            rows = viewset.serializer_class.model._base_manager.all() if viewset.queryset is None else viewset.queryset
            rows.filter(**{SearchFilter().construct_search(name, rows): ""})
        except FieldError as error:
            yield Error(f"search_fields has {name}: {error}", hint="Correct it.", obj=viewset, id="shop_mcp.E011")
        if name.startswith("$"):
            yield Error(
                f"search_fields has {name}, by which everybody's words are run as regular expressions.",
                hint="Remove the $.",
                obj=viewset,
                id="shop_mcp.E022",
            )
    if viewset.serializer_class.source_of("price") and not viewset.lookup_of("price"):
        yield Warning(
            "The price is not a column, so that products can be neither filtered nor sorted by it.",
            hint="Store the price that is shown, or annotate the queryset and override `conditions` and `ordering`.",
            obj=viewset,
            id="shop_mcp.W007",
        )


def check_authentication(viewset):
    classes = viewset.authentication_classes
    own = (authentication.SessionAuthentication, authentication.BasicAuthentication)
    if not [cls for cls in classes if not issubclass(cls, own)]:
        yield Error(
            "No authentication class reads a token.",
            hint="Set DEFAULT_AUTHENTICATION_CLASSES in REST_FRAMEWORK to "
            '"rest_framework.authentication.TokenAuthentication" '
            'and add "rest_framework.authtoken" to INSTALLED_APPS.',
            obj=viewset,
            id="shop_mcp.E012",
        )
    elif issubclass(classes[0], authentication.SessionAuthentication):
        yield Error(
            "A missing token is answered with 403 instead of 401 and WWW-Authenticate, as the first "
            "authentication class decides.",
            hint="Put the class that reads tokens first.",
            obj=viewset,
            id="shop_mcp.E013",
        )
    uses_tokens = any(issubclass(cls, authentication.TokenAuthentication) and cls.model is None for cls in classes)
    if uses_tokens and "rest_framework.authtoken" not in settings.INSTALLED_APPS:
        yield Error(
            "TokenAuthentication has no table of tokens.",
            hint='Add "rest_framework.authtoken" to INSTALLED_APPS, and run manage.py migrate.',
            obj=viewset,
            id="shop_mcp.E014",
        )
    if not viewset.permission_classes or permissions.AllowAny in viewset.permission_classes:
        yield Error(
            "Everybody may see it, without a token, too.",
            hint="Remove permission_classes, or set them to [IsAuthenticated].",
            obj=viewset,
            id="shop_mcp.E015",
        )


def check_owner(viewset):
    """Whether what a customer sees is filtered by the user."""
    is_overridden = getattr(viewset, "visible", None) is not getattr(views.OrderViewSet, "visible", None)
    if issubclass(viewset, views.OrderViewSet) and is_overridden:
        return
    hint = 'Set owner to the lookup that leads from a row to its user: owner = "customer__user".'
    if not viewset.owner:
        yield Error("It is not filtered by the user.", hint=hint, obj=viewset, id="shop_mcp.E016")
    elif not leads_to_user(viewset.serializer_class.model, viewset.owner):
        yield Error(f"owner = {viewset.owner!r} does not lead to a user.", hint=hint, obj=viewset, id="shop_mcp.E017")


def leads_to_user(model, lookup):
    for name in lookup.split("__"):
        if name in ("pk", "id"):
            continue
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        if not field.is_relation:
            return False
        model = field.related_model
    return model is not None and issubclass(model, get_user_model())


def check_statuses(viewset):
    record = viewset.serializer_class
    column = record.column("status")
    words = [value for value, _ in (column and column.flatchoices) or [] if value not in (None, "")]
    unknown = [word for word in words if not canonical(record.statuses.get(word, word))]
    if unknown:
        yield Warning(
            f"Statuses of the shop's own are told as unknown: {', '.join(map(str, unknown))}.",
            hint=f'Map them: statuses = {{{unknown[0]!r}: "…"}} in {record.__name__}, to one of {", ".join(STATUSES)}.',
            obj=viewset,
            id="shop_mcp.W008",
        )


def check_changes(viewset):
    for name, change in viewset.changes.items():
        if change.preview is None:
            yield Warning(
                f"{name} has no preview, so that nobody is told beforehand what it would do.",
                hint='Give @change a function as preview, or preview="rollback" if all that it does is in '
                "the database.",
                obj=viewset,
                id="shop_mcp.W009",
            )
        if viewset.serializer_class.source_of(change.kind.permission) is None:
            yield Warning(
                f"Orders do not say whether {name} is possible, and nothing but the change itself refuses it.",
                hint=f'Name a rule: sources = {{"{change.kind.permission}": …}} in '
                f"{viewset.serializer_class.__name__}.",
                obj=viewset,
                id="shop_mcp.W010",
            )
