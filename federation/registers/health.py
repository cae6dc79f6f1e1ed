"""Whether the installation answers: for the supervisor, the load balancer and people."""

from django.db import connection
from django.http import HttpRequest, JsonResponse

from federation.access.gates import PUBLIC, gated


@gated(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """``{"status": "ok"}`` once the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})
