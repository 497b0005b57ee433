"""The same shop with the API of a typical DRF tutorial: lists without pagination, numbers as statuses,
floats as amounts, hyperlinks, no idempotency. It is served with SHOP_URLCONF=project.tutorial_urls, for
tests of dialects/tutorial.ts. Not an example to copy.
"""

"""The same shop with the API of a typical DRF tutorial: lists without pagination, numbers as statuses,
floats as amounts, hyperlinks, no idempotency. It is served with SHOP_URLCONF=project.tutorial_urls, for
tests of dialects/tutorial.ts. Not an example to copy.
"""
