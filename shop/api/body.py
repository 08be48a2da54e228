def parsed(serializer_class, request, **options):
    """What a request's body says. Raises `ValidationError` by field."""
    serializer = serializer_class(data=request.data, **options)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
