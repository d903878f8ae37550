"""For the browser tests: notes what goes wrong on a page while they use it."""


def watch(tab, address):
    """What goes wrong on the pages that a tab will show: errors, answers missing, other hosts, breaches of the policy."""
    wrong = []
    tab.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.effectiveDirective} ${e.blockedURI}`))"
    )
    tab.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("request", lambda request: request.url.startswith((address, "data:")) or wrong.append(request.url))
    tab.on("response", lambda response: response.status < 400 or wrong.append(f"{response.status} {response.url}"))
    return wrong


def feel(tab):
    """Have the pages that a tab will show count in `moved` how far their layout shifts."""
    tab.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.moved += entry.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
