"""Which page of something long an address asks for."""


def page_number(request, name="page"):
    typed = request.GET.get(name, "")
    # Nobody turns this many pages by hand; past it an offset only costs.
    return min(int(typed), 1000) if typed.isdecimal() and int(typed) else 1
