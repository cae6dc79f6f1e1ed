"""Who asks."""

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from federation.access.gates import ANYONE_LOGGED_IN


class PostingSerializer(serializers.Serializer):
    """One role at one organisation."""

    role = serializers.CharField(help_text=gettext_lazy("角色代码"))
    organisation_code = serializers.CharField(help_text=gettext_lazy("组织编号"))


class MeSerializer(serializers.Serializer):
    """An account and where it is posted."""

    username = serializers.CharField(help_text=gettext_lazy("用户名"))
    postings = PostingSerializer(many=True)


class Me(APIView):
    """The account and where it is posted today; of a token, what is left of that."""

    gate = ANYONE_LOGGED_IN
    title = gettext_lazy("当前账号")
    about = gettext_lazy("令牌所属账号的用户名，以及这个令牌能看哪些单位。")

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        postings = [
            {"role": held.role.code, "organisation_code": held.organisation.code}
            for held in request.user.current_postings()
        ]
        return Response({"username": request.user.get_username(), "postings": postings})
