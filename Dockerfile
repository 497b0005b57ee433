# The MCP server, over stdio or, with SHOP_MCP_HTTP=true, over HTTP at port 3000:
#
#   docker build --tag django-shop-mcp .
#   docker run --rm --interactive --env DJANGO_API_BASE --env DJANGO_API_TOKEN django-shop-mcp
#
# deploy/ has it beside others: several of it, nginx, Valkey, a Django.
# Nothing in it is compiled for a processor, so it is made once for all.
FROM --platform=$BUILDPLATFORM oven/bun:1.4.5-slim AS packages
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --production --ignore-scripts

FROM oven/bun:1.4.5-slim
LABEL org.opencontainers.image.source="https://github.com/django-shop-mcp/django-shop-mcp" \
      org.opencontainers.image.licenses="MIT" \
      io.modelcontextprotocol.server.name="io.github.django-shop-mcp/django-shop-mcp"
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app/node_modules node_modules
COPY . .
USER 1000
EXPOSE 3000
# Over stdio its host sees whether it lives; over HTTP it is asked.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["bun", "--eval", \
  "const { SHOP_MCP_HTTP: http = \"\", SHOP_MCP_PORT: port = 3000 } = process.env; if (/^(true|1|yes|on|y|enabled)$/i.test(http)) process.exit((await fetch(`http://localhost:${port}/healthz`)).ok ? 0 : 1)"]
CMD ["bun", "server.ts"]
