# syntax=docker/dockerfile:1
# One image for every part: `docker run kiosk` is the whole shop in one process, `docker run kiosk orders` is that service alone.
# The root file system may be read-only; /data is the only place that is written to, and only where PostgreSQL is embedded.
ARG BUN_VERSION=1.4.5

FROM oven/bun:${BUN_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --production

FROM oven/bun:${BUN_VERSION}-slim AS kiosk
LABEL org.opencontainers.image.title="Kiosk" \
      org.opencontainers.image.description="A shop backend that lives in Telegram" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATA_DIR=/data \
    BUN_CONFIG_MAX_HTTP_REQUESTS=8192
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY . .
# The pages are bundled here and not at the start, which could not write them.
RUN bun tools/ensure-installed.ts --as-installed && bun tools/pages/pages.ts && mkdir /data && chown 1000:1000 /data
# The user `bun` of the base image, by number: Kubernetes has to see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 3000 3001 3002 3003 3004 3005
# Bun hears SIGTERM as process 1, and Kiosk ends what is under way first.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bun", "tools/healthcheck.ts"]
ENTRYPOINT ["bun", "kiosk.ts"]
