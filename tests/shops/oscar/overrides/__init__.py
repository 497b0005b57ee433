"""Overrides of django-oscar-api, by OSCARAPI_OVERRIDE_MODULES: prices in the records, as many shops have them."""
