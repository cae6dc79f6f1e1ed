"""People, read-only and masked."""

from rest_framework import serializers

from cadres.models import Person
from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.api import ScopedViewSet
from federation.registers.declare import api_rooms


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = [
            "uid", "name", "sex", "ethnic", "political", "education", "id_number_masked",
            "phone_masked",
        ]  # fmt: skip


@api_rooms.register
class PersonViewSet(ScopedViewSet):
    """People with a current or recent post in scope; roles without sight of people get 403."""

    gate = Gate(Grant.VIEW, people=True)
    route, noun = "people", "person"
    queryset = Person.objects.order_by("pk")
    serializer_class = PersonSerializer
    lookup_field = "uid"
