# syntax=docker/dockerfile:1
# Pin the base for builds that must be the same: --build-arg PYTHON=python:3.11-slim@sha256:…
ARG PYTHON=python:3.11-slim

FROM ${PYTHON} AS build
WORKDIR /src
RUN python -m venv /opt/bot
COPY requirements/run.txt requirements/run.txt
RUN /opt/bot/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md ./
COPY bot bot
COPY content content
COPY locales locales
RUN /opt/bot/bin/pip install --no-cache-dir --no-deps .

FROM ${PYTHON}
RUN useradd --system --uid 10001 --home-dir /data --create-home bot
COPY --from=build /opt/bot /opt/bot
USER bot
WORKDIR /data
VOLUME /data
ENV BRIEFING_DATA=/data BRIEFING_LOG_FORMAT=json PYTHONUNBUFFERED=1
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/bot/bin/briefing-bot"]
CMD ["run"]
