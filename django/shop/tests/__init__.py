"""Tests of the shop app: `manage.py test shop`."""
