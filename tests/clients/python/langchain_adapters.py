"""LangChain's adapters, what its models are given, by `get_tools()`: a connection, and over stdio a process of the server, for each call."""

from contextlib import asynccontextmanager

from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp.types import ElicitResult

from driver import Outcome, Server, User, drive


class Client:
    def __init__(self, tools):
        self.by_name = {tool.name: tool for tool in tools}

    async def tools(self):
        return list(self.by_name)

    async def call(self, tool, arguments):
        call = {"type": "tool_call", "id": "1", "name": tool, "args": arguments}
        message = await self.by_name[tool].ainvoke(call)
        text = "\n".join(block["text"] for block in message.content)
        return Outcome(text, failed=message.status == "error")  # as its model reads it


@asynccontextmanager
async def connect(server: Server, user: User):
    async def ask(_, params, __):
        return ElicitResult(**user.reply(params.message))

    http = {"transport": "http", "url": server.url}
    program = {"command": server.command, "args": server.args, "env": server.env}
    connection = http if server.url else {"transport": "stdio", **program}
    callbacks = Callbacks(on_elicitation=ask) if user.can_be_asked else None
    client = MultiServerMCPClient({"shop": connection}, callbacks=callbacks)
    yield Client(await client.get_tools())


drive(connect)
