"""Pydantic AI's toolset: what its agents are given of a tool."""

from contextlib import asynccontextmanager

from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport
from pydantic_ai.exceptions import ModelRetry
from pydantic_ai.mcp import MCPToolset

from driver import Outcome, Server, User, drive


class Client:
    def __init__(self, toolset: MCPToolset):
        self.toolset = toolset

    async def tools(self):
        return [tool.name for tool in await self.toolset.list_tools()]

    async def call(self, tool, arguments):
        try:
            given = await self.toolset.direct_call_tool(tool, arguments)
        except ModelRetry as error:  # which the model reads, to correct itself
            return Outcome(text=error.message, failed=True)
        is_text = isinstance(given, str)
        return Outcome(given if is_text else None, None if is_text else given)


@asynccontextmanager
async def connect(server: Server, user: User):
    async def ask(message, *_):
        return ElicitResult(**user.reply(message))

    over = server.url or StdioTransport(
        server.command, server.args, server.env, keep_alive=False
    )
    handler = ask if user.can_be_asked else None
    async with MCPToolset(over, elicitation_handler=handler) as toolset:
        yield Client(toolset)


drive(connect)
