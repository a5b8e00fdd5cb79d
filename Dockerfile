# The cloud: one static binary in an empty image, not root. SQLite's file is in /data: mount a volume there to keep it.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p cloud && strip target/release/cloud && mkdir /data

# Nothing else: the certificates of those who sign are in the binary.
FROM scratch
COPY --from=build /source/target/release/cloud /cloud
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV BIND=0.0.0.0:8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s CMD ["/cloud", "healthy"]
ENTRYPOINT ["/cloud"]
