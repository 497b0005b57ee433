"""Events in the admin: read, and sent again."""

from unittest import mock

from django.contrib.admin import AdminSite
from django.test import TestCase, modify_settings
from django.utils import timezone

from shop_mcp.models import Event
from shop_mcp.webhooks import claim


@modify_settings(INSTALLED_APPS={"append": "django.contrib.admin"})
class EventAdminTests(TestCase):
    def setUp(self):
        from shop_mcp.admin import EventAdmin

        self.admin = EventAdmin(Event, AdminSite())

    def test_nothing_is_added_or_edited(self):
        self.assertFalse(self.admin.has_add_permission(None))
        fields = {field.name for field in Event._meta.fields}
        self.assertEqual(set(self.admin.get_readonly_fields(None)), fields)
        self.assertLessEqual(set(self.admin.get_list_display(None)), fields)

    def test_event_that_was_given_up_is_sent_again(self):
        event = Event.objects.create(
            type="order.changed", subject="1", due_at=None, settled_at=timezone.now(), error="Given up.", attempts=9
        )
        with mock.patch.object(self.admin, "message_user") as said:
            self.admin.send_again(None, Event.objects.all())
        self.assertEqual(said.call_args.args[1], "1 to be sent by manage.py send_events.")
        self.assertEqual(claim(), event)
