"""The shop's own fork of oscar's partner app, in which strategy.py puts VAT on every price."""
