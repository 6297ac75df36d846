"""S4xx names and dataflow, S5xx imports and trust, S7xx limits."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S501": Code(
        "path leaves the project",
        "What a spec names (imports, `extends`, vocabularies) lies inside its project: the\n"
        "nearest folder upward that holds `specc.toml` or `.git`, else the spec's own folder.\n"
        "Symbolic links count by where they lead. Move the file into the project, or put an empty\n"
        "`specc.toml` into the folder that is meant to be the project.",
    ),
    "S502": Code(
        "path is not relative",
        "Paths in a spec are relative to the file they stand in, such as `./blocks.yaml` or\n"
        "`../layers/dense.yaml`. Absolute paths and URLs are refused: they mean something else on\n"
        "the next machine, and a stranger's spec must not choose what is read.",
    ),
}
