"""The verbs of specc: they put the stages in a row, and are the only modules that do. Row 7."""
