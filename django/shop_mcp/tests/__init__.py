"""The tests of the app, on a shop of their own:

python -m django test shop_mcp.tests --settings shop_mcp.tests.settings
"""
