"""
Lets tests/clients/play.ts drive a client: a command in JSON on each line of stdin, its answer on a line of stdout. The
program ends when stdin does.

A client is a function that is given the server and the user, and returns a context manager: the connection. Within it
there is `tools()`, the names of the tools, and `call(tool, arguments)`, which returns an `Outcome`.
"""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Server:
    """Either a program, or an address."""

    command: str = ""
    args: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    url: str = ""


@dataclass
class User:
    """Answers what is asked as play.ts says."""

    # Without it, the client must not declare that it can ask.
    can_be_asked: bool
    answer: dict[str, Any] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)

    def reply(self, question: str) -> dict[str, Any]:
        self.questions.append(question)
        return self.answer


@dataclass
class Outcome:
    """What the client makes of a result."""

    text: str | None = None
    structure: Any = None
    # None: the client does not say.
    failed: bool | None = False

    @classmethod
    def of(cls, content: list[Any], structure: Any, failed: bool) -> "Outcome":
        texts = [part.text for part in content if part.type == "text"]
        return cls("\n".join(texts) if texts else None, structure, failed)


async def _call(client: Any, user: User, command: dict[str, Any]) -> dict[str, Any]:
    user.answer, user.questions = command.get("answer", {}), []
    try:
        outcome = await client.call(command["tool"], command["arguments"])
    except Exception as error:
        outcome = Outcome(f"{type(error).__name__}: {error}", failed=True)
    return {**asdict(outcome), "questions": user.questions}


async def _commands():
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield json.loads(line)


def _say(**answer: Any) -> None:
    print(json.dumps(answer), flush=True)


async def _converse(client: Any, user: User, commands: Any) -> None:
    """Does what is asked, until the connection is to be closed."""
    begun: asyncio.Task[dict[str, Any]] | None = None
    async for command in commands:
        match command["do"]:
            case "list":
                _say(tools=await client.tools())
            case "call":
                _say(**await _call(client, user, command))
            case "begin":
                begun = asyncio.create_task(_call(client, user, command))
                _say()
            case "cancel" if begun:
                begun.cancel()
                [ended] = await asyncio.gather(begun, return_exceptions=True)
                _say(cancelled=isinstance(ended, asyncio.CancelledError))
            case "close":
                return


async def _play(connect: Any) -> None:
    commands = _commands()
    async for command in commands:  # each of these connects
        user = User(command["canBeAsked"])
        async with connect(Server(**command["server"]), user) as client:
            _say()
            await _converse(client, user, commands)
        _say()


def drive(connect: Any) -> None:
    asyncio.run(_play(connect))
