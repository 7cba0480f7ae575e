# Live state and the stream of events, kept on disk by the append-only file.
FROM debian:bookworm-slim

RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/*

RUN groupadd --gid 19518 cti && useradd --uid 19518 --gid 19518 --no-create-home --home-dir /nonexistent cti \
    && install -d -o cti -g cti /data

USER cti
VOLUME /data
EXPOSE 6379
HEALTHCHECK --interval=10s --timeout=3s --retries=3 CMD redis-cli ping | grep -qx PONG
# Without a password: only the containers of the internal network "store" reach it.
CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data", \
     "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction"]
