# The MCP server: docker build --file deploy/server.Dockerfile .
FROM oven/bun:1.4.5-slim AS packages
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --production --ignore-scripts

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app/node_modules node_modules
COPY . .
USER 1000
EXPOSE 3000
CMD ["bun", "server.ts"]
