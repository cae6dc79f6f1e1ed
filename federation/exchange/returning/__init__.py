"""The clerk's own workbook, marked: out with what is to be put right, and back with it put right.

Her file is changed as a package, not written anew. openpyxl, which could read and write the whole
of it, was weighed and is not used: it drops what it does not model (drawings other than pictures,
form controls, threaded comments, validations and conditions kept in extension lists, printer
settings, the parts of other vendors), it keeps macros only when asked and pictures only with
Pillow, and every part it does keep is written again. A clerk who gets her file back must find it as
she knows it, so only the parts in which a mark stands are touched, and in them only its bytes.
Formats that are no such package (xls, et, ods, xlsb, csv, a web page) are made anew by XlsxWriter
from the cells that were read; the page says so, and so does the sheet itself.
"""
