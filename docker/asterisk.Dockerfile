# Asterisk 22. Its whole configuration comes from `cti render`, in the volume it shares with the cti container.
FROM debian:sid-slim

# A mirror may lag behind the archive's own clock: its signatures count, their expiry date does not.
RUN apt-get -o Acquire::Check-Valid-Until=false update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends asterisk tzdata \
    && rm -rf /var/lib/apt/lists/* /etc/asterisk

# Every container of ours has the same user, so that what one writes the other can read.
RUN groupadd --gid 19518 cti && useradd --uid 19518 --gid 19518 --no-create-home --home-dir /nonexistent cti \
    && install -d -o cti -g cti /srv/asterisk /srv/asterisk/var /srv/asterisk/log /srv/asterisk/spool \
        /srv/asterisk/run /srv/asterisk/sounds

COPY prompts /opt/cti/prompts

USER cti
VOLUME /srv/asterisk
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD asterisk -C /srv/asterisk/etc/asterisk.conf -rx 'core waitfullybooted' | grep -q 'fully booted'
ENTRYPOINT ["/usr/sbin/asterisk", "-C", "/srv/asterisk/etc/asterisk.conf"]
CMD ["-f"]
