# One image for the API, the worker, migrations and, outside production, the stand-ins.
FROM python:3.11-slim-bookworm AS build

WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends chromium-headless-shell fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --shell /usr/sbin/nologin atp \
    && install --directory --owner=atp --group=atp /app /data

ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    ATP_DATA_DIR=/data

COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY --chown=atp:atp alembic.ini worker.py ./
COPY --chown=atp:atp migrations migrations
COPY --chown=atp:atp models models
COPY --chown=atp:atp workflows workflows
COPY --chown=atp:atp activities activities
COPY --chown=atp:atp api api
COPY --chown=atp:atp sandbox sandbox

USER 10001
# Workflow sandboxes load their modules anew: from bytecode they do it twice as fast.
RUN python -m compileall -q worker.py models workflows activities api sandbox
VOLUME /data
EXPOSE 8080
CMD ["python", "-m", "api.server"]
