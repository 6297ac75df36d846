"""The first look at an expression's text: tokens, brackets, and bounds, before Python's parser.

Everything here is linear. It refuses what would be expensive or different between versions of
Python (strings inside f-strings, escapes, deep nesting), and what has a better message than
"invalid syntax".
"""

from __future__ import annotations

import keyword
import re
from typing import NamedTuple

from specc.expressions.error import ExpressionError
from specc.expressions.limits import MAX_DEPTH, MAX_DIGITS, MAX_LENGTH

_TOKEN = re.compile(
    r"""
    (?P<space>   [ \t\n]++ )
  | (?P<string>  [fF]?+ (?: "(?:[^"\\\n]|\\[^\n])*+" | '(?:[^'\\\n]|\\[^\n])*+' ) )
  | (?P<number>  0[xXoObB][0-9a-fA-F_]++
               | (?:[0-9][0-9_]*+(?:\.[0-9_]*+)?+|\.[0-9][0-9_]*+)(?:[eE][+-]?+[0-9][0-9_]*+)?+ )
  | (?P<name>    [^\W\d]\w*+ )
  | (?P<open>    [(\[{] )
  | (?P<close>   [)\]}] )
  | (?P<comma>   , )
  | (?P<refused> := | -> | << | >> | && | \|\| | [|&^~;?$`\\#] | !(?!=) )
  | (?P<operator> \*\* | // | [<>=!]= | [-+*/%@<>=.:] )
  | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)

_CLOSER = {"(": ")", "[": "]", "{": "}"}

_KEYWORDS = frozenset({"and", "or", "not", "if", "else", "in", "is", "for"})
_CONSTANTS = frozenset({"True", "False", "None"})

_REFUSED = {
    **dict.fromkeys(set(keyword.kwlist) - _KEYWORDS - _CONSTANTS, ""),
    ":=": "an expression names nothing; add a line to an `expr` mapping",
    "->": "",
    "<<": "write `* 2**n`",
    ">>": "write `// 2**n`",
    "&&": "write `and`, or `logical_and` for tensors",
    "||": "write `or`, or `logical_or` for tensors",
    "|": "write `or`, or `logical_or` for tensors",
    "&": "write `and`, or `logical_and` for tensors",
    "^": "write `**` for a power",
    "~": "write `not`, or `logical_not` for tensors",
    "!": "write `not`",
    "?": "write `a if condition else b`",
    "#": "put the comment on a YAML line of its own",
    "lambda": "name a definition or a function instead",
    "import": "imports stand in the document, under `imports`",
}

_NESTING_WORDS = _KEYWORDS - {"else"}
_NESTING = re.compile(r"[^\w\s]|\b(?:and|or|not|if|in|is|for|lambda|await|yield)\b")
_ESCAPE = re.compile(
    r"""\\(?:[\\'"nrt]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(?P<unknown>.))"""
)
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Token(NamedTuple):
    """A piece of the text; `kind` is a group of the pattern above."""

    kind: str
    text: str
    start: int
    end: int


def is_f_string(token: Token) -> bool:
    """Whether a token is an f-string."""
    return token.kind == "string" and token.text[0] in "fF"


def scan(text: str) -> list[Token]:
    """The tokens of an expression, spaces left out.

    Raises:
        ExpressionError: the text is empty, too long or too deep, its brackets or quotes don't
            match, or it holds something that no expression holds.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            "S305",
            f"the expression has {len(text):,} characters, and {MAX_LENGTH:,} are allowed",
            MAX_LENGTH,
            len(text),
            "move its tables into `params`",
        )
    tokens = [
        Token(match.lastgroup or "", match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    if not tokens:
        raise ExpressionError("S301", "the expression is empty", 0, len(text))
    for before, token in zip([None, *tokens], tokens, strict=False):
        _check_token(token, before, text)
        if before and _ends_operand(before) and _begins_operand(token):
            message = f"`{token.text}` cannot follow `{before.text}`"
            raise _at(token, "S301", message, "an operator or a comma is missing")
    _check_brackets(tokens, text)
    return tokens


def _check_token(token: Token, before: Token | None, text: str) -> None:
    match token.kind:
        case "refused":
            raise _refused(token)
        case "name" if token.text in _REFUSED:
            raise _refused(token)
        case "name" if not token.text.isascii():
            raise _at(
                token, "S303", f"`{token.text}` has letters other than a-z", "use ASCII names"
            )
        case "number":
            _check_number(token, text)
        case "string":
            _check_string(token, before)
        case "other":
            raise _unexpected(token, text)


def _ends_operand(token: Token) -> bool:
    return token.kind in ("number", "string", "close") or _is_word(token)


def _begins_operand(token: Token) -> bool:
    return token.kind in ("number", "string") or token.text == "{" or _is_word(token)


def _is_word(token: Token) -> bool:
    return token.kind == "name" and token.text not in _KEYWORDS


def _refused(token: Token) -> ExpressionError:
    return _at(
        token, "S303", f"`{token.text}` is not in the language", _REFUSED.get(token.text, "")
    )


def _unexpected(token: Token, text: str) -> ExpressionError:
    if token.text in "'\"":
        line_end = text.find("\n", token.start)
        end = line_end if line_end >= 0 else len(text)
        return ExpressionError(
            "S302", "the text is not closed", token.start, end, f"add {token.text}"
        )
    if not token.text.isprintable():
        return _at(token, "S301", f"the character U+{ord(token.text):04X} does not belong here")
    return _at(token, "S301", f"`{token.text}` does not belong here")


def _check_number(token: Token, text: str) -> None:
    if len(token.text) > MAX_DIGITS:
        raise _at(token, "S305", f"the number has more than {MAX_DIGITS:,} digits")
    tail = re.match(r"\w+", text[token.end :])
    if tail:
        number = text[token.start : token.end + tail.end()]
        help_ = "complex numbers are not in the language" if tail[0] in "jJ" else ""
        span = token.start, token.start + len(number)
        raise ExpressionError("S301", f"`{number}` is not a number", *span, help_)


def _check_string(token: Token, before: Token | None) -> None:
    if before and before.kind == "string":
        raise ExpressionError(
            "S303",
            "two texts stand side by side",
            before.start,
            token.end,
            "write `+` or `,` between them; inside an f-string use the other kind of quotes",
        )
    prefixed = before and before.kind == "name" and before.end == token.start
    if before and prefixed and before.text not in _KEYWORDS:
        message = f"the prefix `{before.text}` is not in the language"
        raise _at(before, "S303", message, "only f-strings have a prefix")
    if LONE_SURROGATE.search(token.text):
        raise _at(token, "S301", "the text holds half of a character (a lone surrogate)")
    _check_escapes(token)


def _check_escapes(token: Token) -> None:
    if "\\" not in token.text:
        return
    if is_f_string(token):
        raise _at(token, "S303", "an f-string holds no backslash")
    for match in _ESCAPE.finditer(token.text):
        if match["unknown"]:
            start = token.start + match.start()
            raise ExpressionError(
                "S301",
                f"`{match[0]}` is not an escape",
                start,
                start + len(match[0]),
                "write `\\\\` for a backslash",
            )


class _Level:
    """An open bracket: how deep the tree below it can be, at most.

    Between two commas every operator, keyword and bracket may nest in every other.
    """

    def __init__(self, opener: Token | None) -> None:
        self.opener = opener
        self.own = 0
        self.inner = 0
        self.deepest = 0

    def end_segment(self) -> int:
        self.deepest = max(self.deepest, self.own + self.inner)
        self.own = self.inner = 0
        return self.deepest


def _check_brackets(tokens: list[Token], text: str) -> None:
    """Matches brackets and bounds the depth of the tree, before a parser recurses into it."""
    levels = [_Level(None)]
    for token in tokens:
        level = levels[-1]
        if token.kind == "open":
            level.own += 1
            levels.append(_Level(token))
        elif token.kind == "close":
            _check_closes(level, token)
            levels.pop()
            levels[-1].inner = max(levels[-1].inner, level.end_segment())
        elif token.kind == "comma":
            level.end_segment()
        else:
            level.own += _nesting(token)
            if token.text == "=" and not (level.opener and level.opener.text == "("):
                raise _at(token, "S301", "`=` does not compare", "write `==`")
    if len(levels) > 1 and levels[-1].opener:
        opener = levels[-1].opener
        help_ = f"add `{_CLOSER[opener.text]}`"
        raise _at(opener, "S302", f"`{opener.text}` is not closed", help_)
    if levels[0].end_segment() > MAX_DEPTH:
        message = f"the expression nests more than {MAX_DEPTH} operators and brackets"
        raise ExpressionError("S305", message, 0, len(text), "name its parts")


def _check_closes(level: _Level, token: Token) -> None:
    if level.opener is None:
        raise _at(token, "S302", f"`{token.text}` closes nothing")
    wanted = _CLOSER[level.opener.text]
    if token.text != wanted:
        message = f"`{token.text}` cannot close `{level.opener.text}`"
        raise _at(token, "S302", message, f"`{wanted}` would")


def _nesting(token: Token) -> int:
    if token.kind == "string":
        return len(_NESTING.findall(token.text)) if is_f_string(token) else 0
    return int(token.kind == "operator" or token.text in _NESTING_WORDS)


def _at(token: Token, code: str, message: str, help_: str = "") -> ExpressionError:
    return ExpressionError(code, message, token.start, token.end, help_)
