"""Markdown into pages: a Python-Markdown extension that sets listings with their runs, values and formulas.

It asks nothing of the generator but the name of the page, so it works under any that runs Python-Markdown extensions.
"""
