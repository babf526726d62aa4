# The application's image: the same for web, worker, beat and the set-up that runs before them.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
ENV STATIC_ROOT=/app/collected
RUN SECRET_KEY=only-for-this-step DATA_DIR=/tmp/build .venv/bin/python manage.py set_up static \
    && .venv/bin/python -m compileall -q pilots feedback governance rolloutgov

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 rolloutgov && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin rolloutgov \
    && install -d -o rolloutgov -g rolloutgov -m 0700 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data STATIC_ROOT=/app/collected HOST=0.0.0.0 PORT=8000
USER rolloutgov
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["gunicorn", "--config", "python:rolloutgov.web_server", "rolloutgov.wsgi"]
