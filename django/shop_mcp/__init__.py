"""The Django side of django-shop-mcp, as an app: add "shop_mcp" to INSTALLED_APPS.

serializers.py   to inherit from: which fields of your models are which fields of the contract
views.py         to inherit from: product search, orders, customers, and changes as methods
urls.py          the contract's paths to them
changes.py       `@change`, and `allow` and `deny` of what an order allows
idempotency.py   `@idempotent`: a write that is sent twice is done once
versions.py      versions, ETag and If-Match
previews.py      what a change would do, without doing it
assertions.py    callers of the MCP server, each as themselves
tokens.py        tokens for shoppers who are signed in to the shop
events.py        orders and products that report themselves to the MCP server when they change
webhooks.py      how that is sent
testing.py       `ShopMCPTestCase`: conversations as tests
checks.py        manage.py check --tag shop_mcp
management/      manage.py shop_mcp_doctor USER, and manage.py send_events
"""
