"""FastMCP's client."""

from contextlib import asynccontextmanager

from fastmcp import Client as FastMCP
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport

from driver import Outcome, Server, User, drive


class Client:
    def __init__(self, client: FastMCP):
        self.client = client

    async def tools(self):
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, tool, arguments):
        result = await self.client.call_tool(tool, arguments)  # raises what fails
        return Outcome.of(result.content, result.structured_content, result.is_error)


@asynccontextmanager
async def connect(server: Server, user: User):
    async def ask(message, *_):
        return ElicitResult(**user.reply(message))

    # By default it keeps the program for the next connection.
    over = server.url or StdioTransport(
        server.command, server.args, server.env, keep_alive=False
    )
    handler = ask if user.can_be_asked else None
    async with FastMCP(over, elicitation_handler=handler) as client:
        yield Client(client)


drive(connect)
