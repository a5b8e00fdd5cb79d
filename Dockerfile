# The cloud: one static binary, not root. Not built by any test here: there is no engine to build it with. With SQLite, mount a folder
# that user 10001 may write at /data.
FROM rust:1.95-alpine AS build
# perl, make and the kernel's headers: for the OpenSSL that SQLCipher is built with.
RUN apk add --no-cache linux-headers make musl-dev perl
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p cloud && strip target/release/cloud

FROM scratch
COPY --from=build /source/target/release/cloud /cloud
USER 10001:10001
WORKDIR /data
ENV BIND=0.0.0.0:8000
EXPOSE 8000
ENTRYPOINT ["/cloud"]
