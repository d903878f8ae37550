"""The book for programs that read: every page as Markdown beside it, llms.txt with all of them, robots.txt."""
import posixpath

from press import plain


def write(site, pages, nav, files, config):
    """Put all this into a built site."""
    address = config.site_url or ""
    texts = [text(page, files) for page in pages]
    for page, markdown in zip(pages, texts):
        (site / page.url / "index.md").write_text(markdown, encoding="utf-8")
    (site / "llms.txt").write_text(_contents(pages, nav, config, address), encoding="utf-8")
    (site / "llms-full.txt").write_text("\n\n".join(texts), encoding="utf-8")
    sitemap = f"Sitemap: {address}sitemap.xml\n" if address else ""
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{sitemap}", encoding="utf-8")


def text(page, files):
    """A page as Markdown, whose links lead to pages as Markdown."""
    link = plain.linker(page, files, lambda file: posixpath.relpath(f"{file.url}index.md", page.url or "."))
    return plain.markdown(plain.parts(page, link), "../" * page.url.count("/"))


def _contents(pages, nav, config, address):
    """llms.txt: the parts of the book with their pages."""
    rows = [
        f"# {config.site_name}", "", f"> {config.site_description}", "",
        "Each page below is Markdown: the text with its formulas in TeX, the programs, and what they printed.",
        f"All of them in one file: [llms-full.txt]({address}llms-full.txt).",
    ]
    for title, items in [("Start", nav.items), *((item.title, item.children) for item in nav.items if item.is_section)]:
        shown = [page for page in items if page in pages]
        rows += ["", f"## {title}", ""]
        rows += [f"- [{page.title}]({address}{page.url}index.md): {page.meta['description']}" for page in shown]
    return "\n".join(rows) + "\n"
