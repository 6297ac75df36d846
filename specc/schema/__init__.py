"""The language as JSON Schema (draft 2020-12), for editors and for other programs.

Derived from the documents of `language` and the types of `catalog`; what a schema can't say,
`specc check` does. It never refuses what the language allows.
"""

from specc.schema.language import SCHEMA_ID, language_schema, schema_text

__all__ = ["SCHEMA_ID", "language_schema", "schema_text"]
