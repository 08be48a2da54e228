"""Every setting that a deployment may change is read from the environment.

`make run` and the tests start PostgreSQL and Redis by themselves and set
`DATABASE_URL` and `REDIS_URL`; anywhere else both name real servers.
"""

from shop.settings.api import *
from shop.settings.background import *
from shop.settings.backoffice import *
from shop.settings.browsers import *
from shop.settings.commerce import *
from shop.settings.content import *
from shop.settings.data import *
from shop.settings.environment import *
from shop.settings.mail import *
from shop.settings.people import *
from shop.settings.project import *
from shop.settings.safety import *
