"""The official Python SDK, 1.x, on which most installed hosts in Python are built."""

from contextlib import asynccontextmanager

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from driver import Outcome, Server, User, drive


class Client:
    def __init__(self, session: ClientSession):
        self.session = session

    async def tools(self):
        return [tool.name for tool in (await self.session.list_tools()).tools]

    async def call(self, tool, arguments):
        result = await self.session.call_tool(tool, arguments)
        return Outcome.of(result.content, result.structuredContent, result.isError)


@asynccontextmanager
async def connect(server: Server, user: User):
    async def ask(_, params):
        return types.ElicitResult(**user.reply(params.message))

    program = StdioServerParameters(
        command=server.command, args=server.args, env=server.env
    )
    over = streamable_http_client(server.url) if server.url else stdio_client(program)
    callback = ask if user.can_be_asked else None
    async with over as streams:
        async with ClientSession(*streams[:2], elicitation_callback=callback) as session:
            await session.initialize()
            yield Client(session)


drive(connect)
