"""Diagnostics as text for people, and as JSON, SARIF and GitHub commands for programs.

Each module holds one pure function, `render(diagnostics, …) -> str`, and is imported by itself.
"""
