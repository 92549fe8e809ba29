"""Makes the lists of the corpus and their `.want` files anew.

Needs LibreOffice Calc with python3-uno, and the packages openpyxl, xlsxwriter, xlwt, odfpy, pandas, lxml, pyexcel,
pyexcel-ods3, msoffcrypto-tool, vobject. Running the tests needs none of them. Dates of creation in workbooks differ from run to run.
"""
import importlib
import sys

from making import base

MODULES = ['text', 'layouts', 'workbooks', 'formats', 'exports', 'exports_de', 'choices', 'cells', 'families', 'meetings']

if __name__ == '__main__':
    chosen = sys.argv[1:] or MODULES
    for name in chosen:
        importlib.import_module(f'making.{name}').make()
    print(len(base.made), 'lists')
    if not sys.argv[1:]:
        known = base.made | {f'{name}.want' for name in base.made} | {'make.py', '.gitattributes'}
        for path in base.CORPUS.iterdir():
            if path.is_file() and path.name not in known:
                print('not made by this script any more:', path.name)
