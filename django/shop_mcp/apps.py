"""The app's configuration. It registers the checks of checks.py, and the signals of events.py."""

from django.apps import AppConfig
from django.core.checks import register


class ShopMcpConfig(AppConfig):
    name = "shop_mcp"
    verbose_name = "Shop MCP"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from shop_mcp import checks, events

        register(checks.check_settings, "shop_mcp")
        register(checks.check_views, "shop_mcp")
        register(checks.check_callers, "shop_mcp")
        register(checks.check_events, "shop_mcp")
        register(checks.check_storage, "shop_mcp", "database")
        register(checks.check_throttles, "shop_mcp", deploy=True)
        events.connect()
