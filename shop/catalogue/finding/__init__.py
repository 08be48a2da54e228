"""Finding products by words: what is kept in the index, and how a query is understood."""
