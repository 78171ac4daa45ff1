"""PDF documents: fonts, text in both directions, pages, tables, codes, pictures.

Pure Python on reportlab: nothing here knows a model or an app. A document is
built from plain strings, and the same input always gives the same bytes.

The usual way in is :class:`backoffice.kernel.documents.document.Document`.
"""
