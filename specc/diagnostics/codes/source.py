"""S0xx: the file and its YAML."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S001": Code(
        "file not found",
        "No file has this name. Names are taken relative to the working directory on the\n"
        "command line, and relative to the spec inside a spec. A file of a like name in the\n"
        "same folder is offered if there is one.",
    ),
    "S002": Code(
        "not a regular file",
        "What stands here is a folder, a pipe, a socket or a device. specc reads regular files\n"
        "only: opening a pipe could wait for ever, and a device never ends.\n"
        "To read from a pipe, give `-` and standard input.",
    ),
    "S003": Code(
        "file cannot be read",
        "The system refused to open or read the file; its own words are in the message.\n"
        "Look at the file's permissions, and at those of the folders above it.",
    ),
    "S004": Code(
        "file too large",
        "Specs are text that people review; ten thousand layers are about 1 MB. A larger file is\n"
        "refused before it is read. A weight file or a `.keras` given in place of a spec is the\n"
        "usual cause. Generated repetition is shorter as `repeat:` or `for:`.",
    ),
    "S005": Code(
        "file is not UTF-8",
        "YAML text is read as UTF-8 only, because guessing an encoding changes what a text says.\n"
        "Save the file as UTF-8; on a command line:\n"
        "    iconv -f LATIN1 -t UTF-8 old.yaml > new.yaml\n"
        "A byte order mark at the start of a UTF-8 file is accepted.",
    ),
    "S006": Code(
        "character not allowed",
        "YAML allows no control characters but tab and line breaks, and some versions of YAML\n"
        "take others (U+0085, U+2028, a lone carriage return) for line breaks. Remove the\n"
        'character; in text that needs it, write an escape in double quotes: "\\x07".',
    ),
    "S007": Code(
        "no document",
        "The file is empty, or holds nothing but comments. The smallest spec is\n"
        "    specc: 1\n"
        "    model: name\n"
        "    inputs: {x: {shape: [4]}}\n"
        "    body:\n"
        "      - Dense: {units: 1}",
    ),
    "S008": Code(
        "several documents",
        "A file holds one document: the `---` that starts a second one would hide all that\n"
        "follows from a reader that takes the first. Put the second into a file of its own.",
    ),
    "S009": Code(
        "YAML directive",
        "Specs are YAML 1.2, where `on` and `no` are text and `1e-3` is a number. A `%YAML` line\n"
        "that says otherwise, or another directive, would be a promise that isn't kept.\n"
        "Remove the line.",
    ),
    "S010": Code(
        "YAML syntax",
        "Here the text stops being YAML, and nothing after it could be read. Mend it and check\n"
        "again. Usual causes: a bracket or quote that is never closed, text with `: ` or a\n"
        "leading `@` that needs quotes, lines of one list that start in different columns.",
    ),
    "S011": Code(
        "tab",
        "YAML is indented with spaces only, because a tab has no agreed width. Set the editor to\n"
        "insert spaces; `specc init` writes an `.editorconfig` that does.",
    ),
    "S012": Code(
        "expression needs quotes",
        "YAML ends an unquoted value inside {…} or […] at the first of `, [ ] { }`, so that\n"
        "    - Dense: {units: =min(a, b)}\n"
        "says `units: =min(a` and `b)` to it. Quote the whole expression, or use lines:\n"
        '    - Dense: {units: "=min(a, b)"}\n'
        "    - Dense:\n"
        "        units: =min(a, b)\n"
        "On a line of its own an expression needs quotes only where it holds `: ` or ` #`.",
    ),
    "S013": Code(
        "duplicate key",
        "A mapping holds a key once. Most YAML readers silently keep the last value; that a layer\n"
        "has two `units:` is a mistake, so it is an error here. Remove one of them.",
    ),
    "S014": Code(
        "tag",
        "Tags (`!name`, `!!python/object`, `!!binary`) ask the reader to make something else than\n"
        "text, numbers, lists and mappings. A spec never needs one, and in other programs they\n"
        "run code. Remove it; a Python class is named under `imports:`.",
    ),
    "S015": Code(
        "merge key",
        "`<<` is not part of YAML 1.2, and what it merges cannot be seen in a diff. Write the\n"
        "keys out, or make a definition with params under `define:` and use that.",
    ),
    "S016": Code(
        "key is not text",
        "Keys are text. `1:`, `true:`, `null:`, a list or a mapping as a key is something else.\n"
        'Where the text is meant, quote it: `"1": …`.',
    ),
    "S017": Code(
        "unknown alias",
        "`*name` repeats what `&name` marked, and that must stand before it in the same file.\n"
        "If it is meant as text, quote it.",
    ),
    "S018": Code(
        "alias inside its own anchor",
        "What `&name` marks cannot contain `*name`: it would contain itself without end.",
    ),
    "S019": Code(
        "aliases expand too far",
        "Each alias stands for a copy of what it refers to; a few lines of aliases of aliases can\n"
        "stand for billions of values. The document, aliases expanded, is bounded. Use `repeat:`\n"
        "or a definition instead.",
    ),
    "S020": Code(
        "nested too deep",
        "Collections inside collections are bounded, aliases expanded. Move inner blocks into\n"
        "`define:`, and use them by name.",
    ),
    "S021": Code(
        "too many values",
        "A document holds a bounded number of values. Repetition is shorter as `repeat:` or\n"
        "`for:`; data (a vocabulary, a table) belongs into a file of its own.",
    ),
    "S022": Code(
        "number out of range",
        "The text is a number, but none that can be held: it has hundreds of digits, or is beyond\n"
        "the range of 64-bit floats. If it is meant as text, quote it.",
    ),
    "S023": Code(
        "too many problems",
        "One run reports a bounded number of problems of a file, and then stops. Mend those\n"
        "shown, and check again.",
    ),
    "S024": Code(
        "a model's file, not a spec",
        "By its first bytes the file is a zip archive (`.keras` is one), HDF5 or safetensors. A\n"
        "spec is text. `specc import model.keras -o model.yaml` makes one of a Keras model, and\n"
        "`specc weights ls` shows what is in a weight file; `--weights` is where such files go.",
    ),
}
