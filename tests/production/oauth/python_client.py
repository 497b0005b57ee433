"""Lists orders by the Python SDK: python_client.py URL CLIENT_URL METADATA.

It prints {"authorize": "…"} where its user has to go, reads the address that they come back to, and prints {"orders": […]}.
"""

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

url, client_url, metadata = sys.argv[1:]


class Memory:
    tokens = client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info):
        self.client_info = client_info


async def redirect(link):
    print(json.dumps({"authorize": link}), flush=True)


async def callback():
    line = await asyncio.to_thread(sys.stdin.readline)
    query = {name: values[0] for name, values in parse_qs(urlsplit(line.strip()).query).items()}
    return AuthorizationCodeResult(code=query["code"], state=query.get("state"), iss=query.get("iss"))


async def main():
    auth = OAuthClientProvider(
        url, OAuthClientMetadata(**json.loads(metadata)), Memory(), redirect, callback, client_metadata_url=client_url
    )
    async with create_mcp_http_client(auth=auth) as http_client:
        async with Client(streamable_http_client(url, http_client=http_client)) as client:
            result = await client.call_tool("list_orders", {"limit": 50})
            print(json.dumps({"orders": [order["order_id"] for order in result.structured_content["orders"]]}))


asyncio.run(main())
