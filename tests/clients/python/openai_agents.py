"""OpenAI's Agents SDK: what its agents are given of a tool."""

import json
from contextlib import asynccontextmanager

from agents import RunContextWrapper
from agents.mcp import MCPServer, MCPServerStdio, MCPServerStreamableHttp, MCPUtil

from driver import Outcome, Server, User, drive


class Client:
    def __init__(self, server: MCPServer):
        self.server = server

    async def tools(self):
        self.by_name = {tool.name: tool for tool in await self.server.list_tools()}
        return list(self.by_name)

    async def call(self, tool, arguments):
        if not hasattr(self, "by_name"):
            await self.tools()
        context = RunContextWrapper(context=None)
        output = await MCPUtil.invoke_mcp_tool(
            self.server, self.by_name[tool], context, json.dumps(arguments)
        )
        return Outcome(output["text"], failed=None)  # which it does not tell the model


@asynccontextmanager
async def connect(server: Server, _: User):
    program = {"command": server.command, "args": server.args, "env": server.env}
    patience = {"client_session_timeout_seconds": 60}  # by default it gives up after 5 s
    if server.url:
        over = MCPServerStreamableHttp({"url": server.url}, **patience)
    else:
        over = MCPServerStdio(program, **patience)
    async with over:
        yield Client(over)


drive(connect)
