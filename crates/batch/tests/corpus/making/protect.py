"""Saves FOLDER/source.xlsx with a password as FOLDER/protected.{xls,ods}. Run by the system's Python, which has uno."""
import os
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

FILTERS = {'xls': 'MS Excel 97', 'ods': 'calc8'}


def value(name, what):
    return PropertyValue(Name=name, Value=what)


def desktop(pipe):
    """The desktop of the office that listens on a pipe."""
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext('com.sun.star.bridge.UnoUrlResolver', context)
    for _ in range(60):
        try:
            remote = resolver.resolve(f'uno:pipe,name={pipe};urp;StarOffice.ComponentContext')
            return remote.ServiceManager.createInstanceWithContext('com.sun.star.frame.Desktop', remote)
        except Exception:
            time.sleep(0.5)
    sys.exit('LibreOffice does not answer')


if __name__ == '__main__':
    folder = sys.argv[1]
    pipe = f'meetmint{os.getpid()}'
    office = subprocess.Popen(['soffice', '--headless', '--norestore', f'--accept=pipe,name={pipe};urp;'])
    there = desktop(pipe)
    document = there.loadComponentFromURL(f'file://{folder}/source.xlsx', '_blank', 0, (value('Hidden', True),))
    for ending, name in FILTERS.items():
        document.storeToURL(f'file://{folder}/protected.{ending}', (value('FilterName', name), value('Password', 'secret')))
    document.close(True)
    try:
        there.terminate()
    finally:
        office.wait(timeout=30)
