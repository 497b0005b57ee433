"""The official Python SDK, 2.x."""

from contextlib import asynccontextmanager

import mcp
from mcp import types

from driver import Outcome, Server, User, drive


class Client:
    def __init__(self, client: mcp.Client):
        self.client = client

    async def tools(self):
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, tool, arguments):
        result = await self.client.call_tool(tool, arguments)
        return Outcome.of(result.content, result.structured_content, result.is_error)


@asynccontextmanager
async def connect(server: Server, user: User):
    async def ask(_, params):
        return types.ElicitResult(**user.reply(params.message))

    program = mcp.StdioServerParameters(
        command=server.command, args=server.args, env=server.env
    )
    callback = ask if user.can_be_asked else None
    async with mcp.Client(server.url or program, elicitation_callback=callback) as client:
        yield Client(client)


drive(connect)
