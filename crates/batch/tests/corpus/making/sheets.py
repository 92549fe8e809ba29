"""Workbooks as openpyxl writes them."""
import io

import openpyxl


def saved(workbook):
    """The octets of a workbook."""
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def workbook(table, title='Sheet1', first=(1, 1)):
    """A workbook with one sheet, the table's first cell at (row, column)."""
    result = openpyxl.Workbook()
    fill(result.active, table, first)
    result.active.title = title
    return result


def fill(sheet, table, first=(1, 1)):
    """Writes a table into a sheet."""
    for down, cells in enumerate(table):
        for right, value in enumerate(cells):
            if value not in (None, ''):
                sheet.cell(first[0] + down, first[1] + right, value)


def book(table, **options):
    """The octets of a workbook with one sheet."""
    return saved(workbook(table, **options))
