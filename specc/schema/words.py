"""What an editor shows beside a class or an argument."""

from __future__ import annotations

import json

from specc.catalog import Entry, Parameter

_FEW = 12  # arguments worth listing beside a class


def summary(entry: Entry) -> str:
    """The doc line of a class."""
    return _sentence(entry.doc)


def of_entry(entry: Entry) -> dict[str, str]:
    """The doc line of a class and, where Markdown is shown, the arguments it takes."""
    needs = [f"`{p.name}`" for p in entry.parameters if p.required]
    takes = [f"`{p.name}`" for p in entry.parameters if not p.required]
    lines = [_sentence(entry.doc)] if entry.doc else []
    if needs:
        lines.append(f"Needs {', '.join(needs)}.")
    if takes:
        more = f" and {len(takes) - _FEW} more" if len(takes) > _FEW else ""
        lines.append(f"Takes {', '.join(takes[:_FEW])}{more}.")
    if entry.since:
        lines.append(f"Since Keras {entry.since}.")
    plain = {"description": _sentence(entry.doc)} if entry.doc else {}
    return {**plain, "markdownDescription": "\n\n".join(lines)}


def of_parameter(parameter: Parameter) -> dict[str, str]:
    """The doc line of an argument, its type in words, and its default."""
    doc = _sentence(parameter.doc)
    words, default = parameter.type.describe(), as_yaml(parameter.default)
    plain = "Required." if parameter.required else f"Default: {default}."
    marked = "required" if parameter.required else f"default `{default}`"
    return {
        "description": " ".join(part for part in (doc, plain) if part),
        "markdownDescription": "\n\n".join(p for p in (doc, f"{words} · {marked}") if p),
    }


def as_yaml(value: object) -> str:
    """A default as it would stand in YAML."""
    return value if isinstance(value, str) else json.dumps(value)


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "`", ":")) else f"{text}."
