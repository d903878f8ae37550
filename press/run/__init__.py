"""Programs and their runs: what a listing prints, draws and computes, in a process of its own, and kept by content.

Nothing here knows of pages. `runs` is what a build asks, `runner` runs one program, `server` and `sandbox` are at work
in its process, with `figures`; `environments` keeps runs of other frameworks, `cache` what is made twice.
"""
