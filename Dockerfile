# syntax=docker/dockerfile:1
# Pin the base for builds that must be the same: --build-arg PYTHON=python:3.11-slim@sha256:…
ARG PYTHON=python:3.11-slim

FROM ${PYTHON} AS build
WORKDIR /src
RUN python -m venv --without-pip /opt/bot
COPY requirements/postgres.txt requirements/postgres.txt
RUN python -m pip --python /opt/bot/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/postgres.txt
COPY pyproject.toml README.md ./
COPY bot bot
COPY content content
COPY locales locales
RUN python -m pip --python /opt/bot/bin/python install --no-cache-dir --disable-pip-version-check --no-deps .

FROM ${PYTHON}
# Nothing is built or installed from here on: no pip either.
RUN python -m pip uninstall --quiet --yes --root-user-action=ignore pip setuptools wheel \
    && useradd --system --uid 10001 --user-group --home-dir /data --create-home bot
COPY --from=build /opt/bot /opt/bot
USER 10001:10001
WORKDIR /data
VOLUME /data
# A folder within the volume: a backup is restored by putting a whole folder in its place.
ENV BRIEFING_DATA=/data/bot \
    BRIEFING_LISTEN=0.0.0.0:8080 \
    BRIEFING_LOG_FORMAT=json \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/opt/bot/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/bot/bin/briefing-bot"]
CMD ["run"]
