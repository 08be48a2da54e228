"""What shoppers come by it with: its category, and its entry in the search index."""

from shop.catalogue.finding import vocabulary

FILED = """
INSERT INTO catalogue_productcategory (product_id, category_id)
SELECT %(product_base)s + n, shelf.id
FROM generate_series(%(first)s::bigint, %(last)s) n
JOIN (SELECT id, row_number() OVER (ORDER BY path) - 1 AS nth, count(*) OVER () AS many
      FROM catalogue_category WHERE numchild = 0) shelf
  ON shelf.nth = pg_temp.draw(n, 19, shelf.many)
ORDER BY n
"""

ENTRIES = """
INSERT INTO wagtailsearch_indexentry (
    content_type_id, object_id, title, body, autocomplete, title_norm, title_text, body_text)
SELECT content_type.id, product.id::text, setweight(to_tsvector('english', lower(title)), 'B'),
       to_tsvector('english', lower(replace(upc, '-', ' '))), '', 1, title, ''
FROM catalogue_product product
JOIN django_content_type content_type ON (app_label, model) = ('catalogue', 'product')
WHERE product.id > %(product_base)s + %(first)s - 1 AND product.id <= %(product_base)s + %(last)s
ORDER BY product.id
"""

WORDS = """
SELECT DISTINCT word FROM catalogue_product, regexp_split_to_table(title, ' ') word
WHERE upc LIKE 'BENCH-%' AND word !~ '[0-9]'
"""


def learn_words(cursor):
    cursor.execute(WORDS)
    vocabulary.learn([word for (word,) in cursor.fetchall()])
