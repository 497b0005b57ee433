"""The OpenAPI document of a shop: the contract's, with the operations and parameters that this shop has."""

import json
import re
from functools import cache
from pathlib import Path

from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

HERE = Path(__file__).parent
OWN_PATHS = ["/api/shop/"]


@cache
def contract():
    """The contract with the server. The wheel carries it; in the repository it is at the root."""
    file = next(file for file in (HERE / "openapi.json", HERE.parents[1] / "openapi.json") if file.exists())
    return json.loads(file.read_text(encoding="utf-8"))


def contract_path(route):
    """`orders/<shop_mcp_id:order_id>/` as the contract writes it: `/api/orders/{order_id}/`."""
    return "/api/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)


def document(viewsets):
    """The contract without what these viewsets do not have."""
    from shop_mcp.urls import routes_of

    methods = {contract_path(route): set(actions) for one in viewsets for route, actions in routes_of(one).items()}
    methods.update({path: {"get"} for path in OWN_PATHS})
    paths = {
        path: {method: operation for method, operation in operations.items() if method in methods[path]}
        for path, operations in contract()["paths"].items()
        if path in methods
    }
    for viewset in viewsets:
        if hasattr(viewset, "obeyed"):
            search = paths["/api/products/search/"]["get"]
            kept = [one for one in search["parameters"] if one.get("name") in viewset.obeyed()]
            paths["/api/products/search/"] = {"get": {**search, "parameters": kept}}
    return {**contract(), "paths": paths}


class SchemaView(APIView):
    permission_classes = [AllowAny]
    schema = None
    metadata_class = None
    viewsets = ()

    def get(self, request, **kwargs):
        """What this shop answers, as an OpenAPI document."""
        return Response(document(self.viewsets))
