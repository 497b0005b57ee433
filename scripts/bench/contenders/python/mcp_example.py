"""The official mcp package, in the shape of the original Python example: two decorated functions and httpx.

Over HTTP without sessions and with one JSON body as the answer, its quickest mode; with STDIO over stdio.
"""

import os

import httpx
from mcp.server import MCPServer

mcp = MCPServer("shop", log_level="ERROR")
django = httpx.AsyncClient(base_url=os.environ["DJANGO_API_BASE"])


async def get(path: str, **params) -> dict:
    answer = await django.get(path, params=params)
    answer.raise_for_status()
    return answer.json()


@mcp.tool()
async def search_products(query: str, limit: int = 10) -> dict:
    """Find products by words, with their prices."""
    return await get("/api/products/search/", q=query, limit=limit)


@mcp.tool()
async def get_order_status(order_id: str) -> dict:
    """The status of one order."""
    return await get(f"/api/orders/{order_id}/status/")


if __name__ == "__main__":
    if os.environ.get("STDIO"):
        mcp.run()
    else:
        mcp.run(
            "streamable-http",
            port=int(os.environ["PORT"]),
            json_response=True,
            stateless_http=True,
        )
