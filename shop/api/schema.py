def only_the_contract(endpoints):
    """Wagtail's editor has an API of its own; the document speaks of ours alone."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/")]
