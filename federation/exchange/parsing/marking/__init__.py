"""Marks cells of a workbook by changing its package; part of the limited child process."""
