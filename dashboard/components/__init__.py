"""The building blocks of pages: texts, headers, figures, cards, tables, charts."""
