"""The MkDocs plugin: labs, and what keeps a build with a thousand formulas quick. No page needs it to be right."""
import re

from jinja2 import FileSystemBytecodeCache
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files

from press import extension, labs, session

_ASIDE = re.compile(f"{extension.ASIDE[0]}.*?{extension.ASIDE[1]}", re.DOTALL)
_MARK = re.compile("\ue000(\\d+)\ue001")


class Press(BasePlugin):
    """Stands after search and mkdocs-jupyter in `plugins:`."""

    def on_config(self, config):
        session.current().problems.clear()   # of the build before, while the site is served
        self.labs = labs.Labs(config) if "mkdocs-jupyter" in config.plugins else None
        return config

    def on_files(self, files, config):
        """Begin with the labs, which take longest, and set their pages last."""
        if self.labs:
            self.labs.start(files)
        for lab in list(filter(labs.is_lab, files)):
            files.append(File.generated(config, lab.src_uri.replace(".py", ".zip"), content=self.labs.bundle(lab)))
        return Files(sorted(files, key=labs.is_lab))

    def on_pre_page(self, page, config, files):
        if labs.is_lab(page.file):
            render = page.render

            def wait_and_render(*arguments):
                self.labs.finish(page.file)
                render(*arguments)

            page.render = wait_and_render
        return page

    def on_page_content(self, content, page, config, files):
        """Put formulas and listings aside: thousands of elements that the search would read and throw away."""
        if labs.is_lab(page.file):
            content = labs.light(content, page, files, config)
        page.aside = []

        def put_aside(match):
            page.aside.append(match[0])
            return f"\ue000{len(page.aside) - 1}\ue001"

        page.meta["formulas"] = 'class="katex"' in content
        return _ASIDE.sub(put_aside, content)

    def on_env(self, env, config, files):
        """Keep the theme's templates compiled; Jinja sees to it that they are not stale."""
        env.bytecode_cache = FileSystemBytecodeCache(".press", "%s.template")
        return env

    def on_post_page(self, output, page, config):
        """Put them back."""
        return _MARK.sub(lambda match: page.aside[int(match[1])], output)

    def on_post_build(self, config):
        if self.labs:
            self.labs.close()

    def on_build_error(self, error):
        if self.labs:
            self.labs.close()
