"""A stock Oscar shop with django-oscar-api and its defaults: what Magpie is measured beside."""
