# Debian's C++ library at run time is that of the build: same release in both stages.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -buildvcs=false -trimpath -ldflags '-s -w' -o /huiyin ./cmd/huiyin

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libstdc++6 ca-certificates redis-server \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin huiyin \
 && install -d -o huiyin -g huiyin -m 0700 /data
COPY --from=build /huiyin /usr/local/bin/huiyin
USER huiyin
VOLUME /data
EXPOSE 8080
ENV HUIYIN_DATA=/data
STOPSIGNAL SIGTERM
ENTRYPOINT ["huiyin"]
CMD ["serve", "--addr", "0.0.0.0:8080"]
