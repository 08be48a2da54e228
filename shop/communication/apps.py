from shop.headless import HeadlessConfig


class CommunicationConfig(HeadlessConfig):
    default = True
    name = "shop.communication"
    label = "communication"
    verbose_name = "messages"
