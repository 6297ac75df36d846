"""yaml-language-server as a process that a test asks what an editor would ask."""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_CAPABILITIES = {
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
            }
        },
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True},
}
_SETTINGS: dict[str, Any] = {
    "yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
}


class LanguageServer:
    """Speaks the language server protocol over the process's pipes, one request at a time."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._ids = itertools.count(1)
        self._versions = itertools.count(1)
        self._folder = folder
        self._diagnostics: dict[str, Any] = {}
        root = folder.as_uri()
        self.request(
            "initialize",
            {"processId": None, "rootUri": root, "capabilities": _CAPABILITIES},
        )
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def open(self, text: str) -> str:
        """Opens a text as a new document, and gives its URI."""
        uri = (self._folder / f"spec{next(self._versions)}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def completions(self, uri: str, line: int, character: int) -> list[dict[str, Any]]:
        answer = self._at("completion", uri, line, character)
        return answer["items"] if isinstance(answer, dict) else answer or []

    def hover(self, uri: str, line: int, character: int) -> str:
        answer = self._at("hover", uri, line, character)
        return answer["contents"]["value"] if answer else ""

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """What the server finds wrong with an opened document."""
        while uri not in self._diagnostics:
            self._handle(self._read())
        found: list[dict[str, Any]] = self._diagnostics[uri]
        return found

    def _at(self, what: str, uri: str, line: int, character: int) -> Any:
        position = {"line": line, "character": character}
        return self.request(
            f"textDocument/{what}", {"textDocument": {"uri": uri}, "position": position}
        )

    def request(self, method: str, params: Any) -> Any:
        number = next(self._ids)
        self._write({"id": number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]
            self._handle(message)

    def notify(self, method: str, params: Any) -> None:
        self._write({"method": method, "params": params})

    def _handle(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and method == "workspace/configuration":
            items = message["params"]["items"]
            answer = [_SETTINGS.get(item.get("section"), {}) for item in items]
            self._write({"id": message["id"], "result": answer})
        elif "id" in message and method is not None:
            self._write({"id": message["id"], "result": None})

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while header := stream.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise RuntimeError("the language server ended")
        message: dict[str, Any] = json.loads(stream.read(length))
        return message
