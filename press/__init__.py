"""The press: it runs the listings of the book and sets what they say into its pages.

A *listing* is one program of `snippets/`. A *run* is what it did: what it printed, the figures it left open, the
values of its names. Read the modules in this order; each does one thing.

    fences       what a page may hold, found with its line
    numerals     numbers in prose that come from no run
    worker       runs one program in a process of its own
    program      asks a worker for a run, and stops a program that goes too far
    store        keeps runs, by content
    session      all runs of one build, on every core
    figures      Matplotlib figures as SVG files for light and dark
    mathematics  TeX as HTML and MathML, without a script
    mutants      a listing with one operator, constant or function changed
    judge        runs a chapter's tests against a changed listing
    trials       every listing under other seeds, and every mutant: press seeds, press mutants
    claims       what each listing and formula claims, and how it is checked
    reading      what a chapter assumes, and how long it takes
    glossary     the terms of the field, and their first use in a chapter
    extension    the Markdown extension that puts all this into a page
    labs         notebook pages: executed, never stale, light
    plain        a page as Markdown that needs nothing of this book
    notebooks    chapters as scripts and notebooks to download
    machines     every page as Markdown, llms.txt, robots.txt
    fonts        the fonts of formulas, with the characters that the pages use
    citation     how the book is cited, and what search engines are told
    cards        the picture that stands beside a link to a page
    policy       what a browser may fetch and run for a page
    disk         the book as a zip that is read without a server
    plugin       the MkDocs plugin, for labs, for speed and for the policy
    site         what is checked once the site is built
    browser      finds a Chromium, and serves it a folder
    pdf          the book as one PDF
    command      press build, press run, press serve, press pdf
    proof        every fence as a pytest item
"""
