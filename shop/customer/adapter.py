from allauth.account.adapter import DefaultAccountAdapter

from shop.client_address import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's own limits go by the address that all of the shop's go by."""

    def get_client_ip(self, request):
        return client_address(request) or super().get_client_ip(request)
