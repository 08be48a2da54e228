from unfold.sites import UnfoldAdminSite


class BackOffice(UnfoldAdminSite):
    """The shop's own admin site."""


site = BackOffice(name="admin")
