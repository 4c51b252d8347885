# The server of `npm run serve` with its database file in /data. `docker compose up` builds and starts it.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY tools tools
# The image has its own Node, so the one that the project brings is left out.
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY src src
COPY public public
COPY docs docs
COPY scripts/site.ts scripts/build-console.ts scripts/
# The pages and the console, which the running server may not write; what bundles the console is not needed any more.
RUN npm run site && npm run build:console && rm -rf node_modules/vite node_modules/rolldown node_modules/@rolldown node_modules/lightningcss*

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 DATABASE_URL=file:/data/edge-upsert.db
WORKDIR /app
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, which ends before the requests under way do.
CMD ["node", "src/server.ts"]
