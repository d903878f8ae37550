"""The press: it runs the listings of the book and sets what they say into its pages.

A listing travels like this. It is a file, snippets/part/chapter/name.py, of two cells: the experiment and its check
(book.listings). As a build begins, every listing without a kept run is given to a process of its own, which may not
draw unseeded numbers, take more than its time and memory, or warn (run.sandbox, run.server, run.runner). What it
printed, drew and computed is its run. It is kept under the text, the versions of the libraries and that of the runner
(run.cache), so that only what changed runs again (run.runs). One that needs PyTorch, JAX or Keras runs elsewhere, and
its run is kept beside it (run.environments).

A page travels like this. MkDocs reads docs/part/chapter.md and hands it to Python-Markdown, whose extension is all
that the press needs of it (pages.extension). Its fences are read with their lines (pages.fences); one that quotes a
listing becomes the program, its output, its figures and its folded check (pages.listings). `{name.value:.3f}` becomes
a number of the run (pages.values), a formula becomes HTML (pages.formulas). A plugin of MkDocs then puts beside the
pages what readers take along, and the policy on top of each (site.plugin). What stands in the folder is checked
(site.checks); only if nothing anywhere is wrong it takes the place of site/, and otherwise everything that is wrong
is told, with file and line (cli.build).

Each room imports only from those above it. Nothing that a build needs imports the last two.

    book      sources                   files: how they are read, and how a problem in one is told
              listings, nav, chapter_tests, evidence   what snippets/, mkdocs.yml, tests/ and evidence/ say
              commit                    the commit that is built, and its date
    run       runs                      all runs of a build, on every core
              runner, server, sandbox   one program: its process, and what it may not do
              figures, light, cache     its figures as SVG, and these in fewer bytes; what is kept
              environments              programs that need a framework
    pages     extension                 what becomes of a page
              fences, listings, values, formulas       its parts
              numbers, glossary, reading, verification, tiles  what may not be typed; terms, minutes, claims, chapters
    site      plugin                    what is put beside the pages, and on top of them
              labs, markdown, downloads, citation, fonts, csp, offline
              checks                    what is looked for once everything is there
    cli       main                      the commands
              build, serve, run, new, frameworks, release, and what they say: messages
    trials    tries, seeds, mutants, judge             do checks hold for other seeds, and see a changed program?
    release   pdf, cards, addresses, browser           what a published book has besides its site
"""
