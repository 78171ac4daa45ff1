"""Turn the texts of a column into values, with errors in plain words.

Each kind of value has a function for one text, `parse_…`, which returns the value, None for a
blank cell, or a `CellError`; and one for a whole column, `…_column`, which returns the values and
the errors by their place. What is ambiguous (the decimal mark, the order of day and month) is
decided once for the column by a `decide_…` function and then holds for every cell of it.
"""
