"""The same shop as a tutorial on Django REST framework would serve it, for `dialects/tutorial.ts` to speak with:
bare lists, numbers for statuses, floats for money, hyperlinks, no idempotency. Not for copying from."""
