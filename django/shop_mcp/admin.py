"""Events in the admin, where it is installed: what is to be sent, what was, and what was given up and why."""

from django.contrib import admin, messages
from django.utils import timezone

from shop_mcp.models import Event


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    list_display = ("type", "subject", "created_at", "attempts", "due_at", "settled_at", "error")
    list_filter = ("type", ("settled_at", admin.EmptyFieldListFilter), ("error", admin.EmptyFieldListFilter))
    search_fields = ("subject__exact",)
    ordering = ("-created_at",)
    readonly_fields = [field.name for field in Event._meta.fields]
    actions = ["send_again"]

    def has_add_permission(self, request):
        return False

    @admin.action(description="Send again", permissions=["change"])
    def send_again(self, request, events):
        """With the ids that they have: what was delivered in the last ten minutes is not told twice."""
        now = timezone.now()
        count = events.update(due_at=now, settled_at=None, created_at=now, attempts=0)
        self.message_user(request, f"{count} to be sent by manage.py send_events.", messages.SUCCESS)
