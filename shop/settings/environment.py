"""What the other settings are made of."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()

DEBUG = env.bool("DJANGO_DEBUG", default=False)
DEMO = env.bool("MAGPIE_DEMO", default=False)
# Where shoppers find the shop.
SITE_URL = env("SITE_URL", default="http://localhost:8000")
# Where a shop that runs on this machine alone keeps its files.
VAR_DIR = Path(env("MAGPIE_VAR", default=str(BASE_DIR / "var")))
