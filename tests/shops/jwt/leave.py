"""Deactivates a person, or deletes them: `leave.py nina is_active`, `leave.py nina deleted`."""

import json
import sys

import django

django.setup()

from django.contrib.auth.models import User

_, name, how = sys.argv
people = User.objects.filter(username=name)
print(json.dumps(people.update(is_active=False) if how == "is_active" else people.delete()[0]))
