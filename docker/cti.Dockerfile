# Our server. The desktop is built in a stage of its own; running needs no Node.
FROM debian:bookworm-slim AS python
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates python3 python3-venv tzdata \
    && rm -rf /var/lib/apt/lists/*
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

FROM python AS desktop
WORKDIR /src
COPY requirements-node.txt ./
RUN python3 -m venv /node && /node/bin/pip install -q --require-hashes -r requirements-node.txt
ENV PATH=/node/bin:$PATH
COPY desktop/package.json desktop/package-lock.json desktop/
RUN cd desktop && npm ci --no-audit --no-fund
COPY desktop desktop
RUN mkdir -p cti/web && cd desktop && npm run build

FROM python AS packages
WORKDIR /src
COPY requirements.txt ./
RUN python3 -m venv /opt/cti/venv && /opt/cti/venv/bin/pip install -q --require-hashes -r requirements.txt
COPY pyproject.toml README.md ./
COPY cti cti
COPY --from=desktop /src/cti/web/static cti/web/static
RUN /opt/cti/venv/bin/pip install -q --no-deps .

FROM python
RUN groupadd --gid 19518 cti && useradd --uid 19518 --gid 19518 --no-create-home --home-dir /nonexistent cti \
    && install -d -o cti -g cti /var/lib/cti /srv/asterisk /srv/asterisk/var /srv/asterisk/log /srv/asterisk/spool \
        /srv/asterisk/run /srv/asterisk/sounds
COPY --from=packages /opt/cti/venv /opt/cti/venv
COPY config /opt/cti/config
COPY dialplan /opt/cti/dialplan
COPY prompts /opt/cti/prompts
COPY docker/cti-start.sh docker/cti-healthy.py /usr/local/bin/
ENV PATH=/opt/cti/venv/bin:$PATH PYTHONUNBUFFERED=1 CTI_FOLDERS_INSTANCE=/var/lib/cti

WORKDIR /opt/cti
USER cti
VOLUME ["/var/lib/cti", "/srv/asterisk"]
EXPOSE 8095
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python3", "/usr/local/bin/cti-healthy.py"]
ENTRYPOINT ["cti-start.sh"]
CMD ["serve"]
