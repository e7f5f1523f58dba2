# The counter as a container: no root, one volume, a read-only file system is enough.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements-build.lock requirements.lock ./
RUN python -m venv /opt/madoguchi \
 && python -m venv /opt/build \
 && /opt/build/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && /opt/build/bin/uv pip install --no-cache --compile-bytecode --python /opt/madoguchi/bin/python \
      --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY domain domain
COPY inbound inbound
COPY storage storage
COPY templates templates
RUN /opt/build/bin/python -m hatchling build -t wheel -d /wheels \
 && /opt/build/bin/uv pip install --no-cache --compile-bytecode --python /opt/madoguchi/bin/python --offline \
      --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin madoguchi \
 && install -d -o madoguchi -g madoguchi /data
COPY --from=build /opt/madoguchi /opt/madoguchi
ENV PATH=/opt/madoguchi/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MADOGUCHI_HOST=0.0.0.0 \
    MADOGUCHI_PORT=8080 \
    MADOGUCHI_DATABASE_URL=sqlite:////data/madoguchi.db \
    MADOGUCHI_DATA_DIR=/data/files
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["madoguchi", "healthcheck"]
ENTRYPOINT ["madoguchi"]
CMD ["serve"]
