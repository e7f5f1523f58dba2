"""Company files: customers, staff, areas, products and catalogs as CSV or Excel, in and out.

In: `sources` finds the files, `csv_source` and `xlsx_source` read cells, `columns` and `values`
say what a cell may hold, `checking` turns rows into domain objects and lists every fault,
`importing` stores all of it in one transaction. Out: `exporting` with `csv_target` and
`xlsx_target`.
"""
