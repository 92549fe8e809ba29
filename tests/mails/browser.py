"""A headless Chromium, controlled over a pipe by the DevTools protocol. Needs nothing but Python and Chromium.

Nothing is loaded from a network: a page is given as text. Debian's package is called `chromium`.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile

OPTIONS = [
    "--headless",
    "--no-sandbox",  # the sandbox refuses to run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find():
    """The path of Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """Use it in a `with` statement: Chromium ends with it. Raises OSError if there is no Chromium."""

    def __init__(self):
        program = find()
        if program is None:
            raise OSError("chromium is missing (apt install chromium)")
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # Chromium reads commands from its file descriptor 3, and writes answers to 4. Here the numbers may be taken.
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        redirect = f'exec "$0" "$@" 3<&{commands} 4>&{answers}'
        self.process = subprocess.Popen(
            ["bash", "-c", redirect, program, *OPTIONS, f"--user-data-dir={self.profile.name}"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.rest, self.last = b"", 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.commands)  # Chromium exits when its pipe ends
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.answers)
        self.profile.cleanup()

    def call(self, method, session=None, **parameters):
        """Call a method of the protocol and wait for its result. Events are ignored."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.commands, data):]
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def read(self):
        chunks = [self.rest]
        while b"\0" not in chunks[-1]:
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                raise RuntimeError("chromium ended")
            chunks.append(chunk)
        answer, self.rest = b"".join(chunks).split(b"\0", 1)
        return json.loads(answer)

    def page(self):
        return Page(self)


class Page:
    """A tab: one page after the other can be shown in it."""

    def __init__(self, browser):
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call = lambda method, **parameters: browser.call(method, session, **parameters)
        self.frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def look(self, width, dark=False, height=800):
        """How the next pages are shown: width of the window in CSS pixels, light or dark."""
        self.width = width
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def show(self, html):
        self.call("Page.setDocumentContent", frameId=self.frame, html=html)

    def evaluate(self, script):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "an exception"))
        return answer["result"].get("value")

    def screenshot(self):
        """A PNG of the whole page."""
        height = self.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        clip = {"x": 0, "y": 0, "width": self.width, "height": height, "scale": 1}
        answer = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(answer["data"])
