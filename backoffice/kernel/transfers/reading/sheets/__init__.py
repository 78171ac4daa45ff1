"""Read XLSX workbooks: one sheet, streamed, with the values that a spreadsheet program last saved.

A reader of our own on expat, because none of the known ones keeps all of these at once: memory
that does not grow with the rows, the digits as stored (a barcode never becomes 4.006E+12, a
cell shown as 01234 keeps its zero), no entity or document type is ever accepted, and every part
is counted against the limits while it unpacks. It is some five times as fast as openpyxl's read-only mode.
"""
