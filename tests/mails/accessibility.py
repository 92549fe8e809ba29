"""Check how the HTML of messages is shown by Chromium: accessibility, small screens, large text.

    python3 tests/mails/accessibility.py SET [PATTERN ...]
    python3 tests/mails/accessibility.py --requirements

SET is a folder that make.py has made. Messages are checked

- by axe-core, light and dark, with all of its rules but those in `SWITCHED_OFF`. That takes longest, so it is done for
  `AXE`, where all kinds of messages and all people are;
- 375 pixels wide, as they are and with text of double size (WCAG 2.2, 1.4.4): nothing may be wider than the window,
  the button is at least 44 pixels high, and no text is smaller than 14 pixels.

With PATTERN, such as "secret.*", both are done for the messages that match.

Prints the problems and exits 1, or the number of messages. Needs Chromium, and axe-core: from the Python package
axe-playwright-python (`pip install --no-deps axe-playwright-python`; Playwright is not needed), or the file that the
environment variable AXE_CORE names. With --requirements, exits 1 and says what is missing.
"""

import email
import email.policy
import importlib.util
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

from browser import Browser, find

# Rules for web pages with navigation. A mail is one short document inside of a mail program, which brings its own
# headings and landmarks, so it has no <main>.
SWITCHED_OFF = ("landmark-one-main", "region", "bypass")
# Off by default in axe, as they are experimental or of level AAA, but what they ask for holds here: 44 by 24 pixels.
SWITCHED_ON = ("target-size", "label-content-name-mismatch", "table-fake-caption", "td-has-header", "p-as-heading",
               "link-in-text-block")
AXE = ("secret.invite.*", "secret.*.ada", "secret.*.events", "secret.update-[tb]*.everything", "secret.remind-day.grace",
       "secret.update-back.grace", "secret.removal.grace", "practice.invite.ada", "practice.cancel.ada",
       "practice.test-copy.ada", "jaas.invite.everything")
GRAY = "body * { color: #888 !important; background: #777 !important; }"
# Styles that spoil a message with a button, and what must be found then. Without this, a check that looks at nothing
# would find nothing.
FAULTS = {
    "light, 600 px: color-contrast": f"@media (prefers-color-scheme: light) {{ {GRAY} }}",
    "dark, 375 px: color-contrast": f"@media (prefers-color-scheme: dark) {{ {GRAY} }}",
    "text 100 %: wider than the window": "p { width: 400px !important; }",
    "text 200 %: wider than the window": "p { width: 12em !important; }",
    "text 100 %: text is too small": "p { font-size: 12px !important; }",
    "text 100 %: the button is": "a { padding: 0 !important; }",
}
SMALL_SCREEN, LEAST_BUTTON, LEAST_TEXT = 375, 44, 14
BROWSERS = 2

RUN_AXE = """axe.run(document, {rules: RULES, preload: false, resultTypes: ["violations", "incomplete"]}).then(result =>
  [result.violations, result.incomplete].map(list => list.flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${rule.help}: ${node.html.slice(0, 120)} ${node.any.map(check => check.message).join(" ").slice(0, 200)}`))))"""

# Text of double size, as when a mail program scales text only. Lines grow with it, as in Firefox.
DOUBLE_TEXT = """(() => {
  const texts = [...document.body.querySelectorAll("*")].map(element => [element, getComputedStyle(element)]);
  const sizes = texts.map(([element, style]) => [element, parseFloat(style.fontSize), parseFloat(style.lineHeight)]);
  for (const [element, size, line] of sizes) {
    element.style.setProperty("font-size", `${2 * size}px`, "important");
    if (!Number.isNaN(line)) element.style.setProperty("line-height", `${2 * line}px`, "important");
  }
})()"""

# Not against window.innerWidth: a phone zooms out until a page that is too wide fits in.
MEASURE = """(() => {
  const width = SMALL_SCREEN, found = {wide: [], small: [], buttons: [], texts: 0};
  const visible = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const name = element => `<${element.localName}> ${element.textContent.trim().slice(0, 40)}`;
  if (document.documentElement.scrollWidth > width) found.wide.push(`the page (${document.documentElement.scrollWidth} px)`);
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = nodes.nextNode());) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !visible(element)) continue;
    found.texts += 1;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.right > width + 0.5 || box.left < -0.5) found.wide.push(`${name(element)} (${box.left} to ${box.right} px)`);
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < LEAST_TEXT) found.small.push(`${name(element)} (${size} px)`);
  }
  for (const link of document.querySelectorAll("a[href^=http]")) {
    if (!visible(link) || getComputedStyle(link).backgroundColor === "rgba(0, 0, 0, 0)") continue;
    const box = link.getBoundingClientRect();
    found.buttons.push({name: name(link), width: box.width, height: box.height});
  }
  return found;
})()"""


def axe_core():
    """The script, or None if it is not installed. Nothing of the package that brings it is imported."""
    file = os.environ.get("AXE_CORE")
    if not file:
        package = importlib.util.find_spec("axe_playwright_python")
        if package is None or not package.submodule_search_locations:
            return None
        file = Path(package.submodule_search_locations[0]) / "axe.min.js"
    return Path(file).read_text(encoding="utf-8")


def by_axe(page, html, axe):
    rules = {rule: {"enabled": False} for rule in SWITCHED_OFF} | {rule: {"enabled": True} for rule in SWITCHED_ON}
    script = RUN_AXE.replace("RULES", json.dumps(rules))
    for width, dark in ((600, False), (SMALL_SCREEN, True)):
        page.look(width, dark)
        page.show(html)
        # A tab keeps the script when another document is shown in it.
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(axe)
        violations, undecided = page.evaluate(script)
        where = f"{'dark' if dark else 'light'}, {width} px"
        yield from (f"{where}: {violation}" for violation in violations)
        yield from (f"{where}: not decided: {one}" for one in undecided)


def by_size(page, html, has_link):
    page.look(SMALL_SCREEN)
    page.show(html)
    measure = MEASURE.replace("LEAST_TEXT", str(LEAST_TEXT)).replace("SMALL_SCREEN", str(SMALL_SCREEN))
    for text in ("100 %", "200 %"):
        if text == "200 %":
            page.evaluate(DOUBLE_TEXT)
        found = page.evaluate(measure)
        yield from (f"text {text}: wider than the window: {one}" for one in found["wide"])
        yield from (f"text {text}: text is too small: {one}" for one in found["small"])
        if len(found["buttons"]) != has_link:
            yield f"text {text}: {len(found['buttons'])} buttons"
        for button in found["buttons"]:
            if button["height"] < LEAST_BUTTON:
                yield f"text {text}: the button is {button['height']} px high: {button['name']}"
        if not found["texts"]:
            yield f"text {text}: nothing can be read"


def html_of(folder, expected):
    data = (folder / "messages" / expected["file"]).read_bytes()
    return email.message_from_bytes(data, policy=email.policy.default).get_body(("html",)).get_content()


def unnoticed_faults(html, axe):
    """The faults that are not found in a message that has been spoiled with them."""
    with Browser() as browser:
        page = browser.page()
        for wanted, style in FAULTS.items():
            spoiled = html.replace("</head>", f"<style>{style}</style></head>")
            found = [*by_size(page, spoiled, True), *by_axe(page, spoiled, axe)]
            if not any(problem.startswith(wanted) for problem in found):
                yield f"this check does not notice {style}: {found}"


def matches(expected, patterns):
    return any(fnmatch(expected["file"].removesuffix(".eml"), pattern) for pattern in patterns)


def check(messages, folder, axe, for_axe):
    problems = []
    with Browser() as browser:
        page = browser.page()
        for expected in messages:
            html = html_of(folder, expected)
            found = list(by_size(page, html, expected["link"]))
            if matches(expected, for_axe):
                found += by_axe(page, html, axe)
            problems += [f"{expected['file']}: {problem}" for problem in found]
    return problems


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    axe = axe_core()
    if axe is None:
        sys.exit("axe-core is missing (pip install --no-deps axe-playwright-python)")
    if find() is None:
        sys.exit("chromium is missing (apt install chromium)")
    if sys.argv[1] == "--requirements":
        return
    folder, patterns = Path(sys.argv[1]), sys.argv[2:]
    everything = json.loads((folder / "set.json").read_text(encoding="utf-8"))
    chosen = [one for one in everything if matches(one, patterns or ["*"])]
    for_axe = patterns or AXE
    # Those for axe come first, so that the browsers get equally many of them.
    chosen.sort(key=lambda one: not matches(one, for_axe))
    parts = [chosen[at::BROWSERS] for at in range(BROWSERS)]
    with ThreadPoolExecutor() as threads:
        found = threads.map(lambda part: check(part, folder, axe, for_axe), parts)
        problems = [problem for part in found for problem in part]
    sample = next(one for one in everything if one["link"])
    problems += unnoticed_faults(html_of(folder, sample), axe)
    if problems or not chosen:
        sys.exit("\n".join(problems) or "no message matches")
    print(f"{len(chosen)} messages checked, {sum(matches(one, for_axe) for one in chosen)} of them by axe")


if __name__ == "__main__":
    main()
