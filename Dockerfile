# A section's workbench: docker build -t fuhe . ; docker run -p 8765:8765 -v fuhe-data:/data fuhe serve --users --host 0.0.0.0 --name 服务器的主机名
FROM python:3.12-slim-bookworm AS built
WORKDIR /src
COPY requirements-offline.lock ./
RUN python -m venv /opt/fuhe \
    && /opt/fuhe/bin/pip install --no-cache-dir --require-hashes -r requirements-offline.lock
COPY pyproject.toml README.md LICENSE ./
COPY agent/ agent/
COPY data/ data/
COPY prompts/ prompts/
RUN /opt/fuhe/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
# LibreOffice reads .rtf .odt .ods and hands old formats back; the fonts are for what it lays out.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends fontconfig fonts-noto-cjk libreoffice-calc-nogui libreoffice-writer-nogui \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 fuhe \
    && install -d -o fuhe -g fuhe /data
COPY --from=built /opt/fuhe /opt/fuhe
ENV PATH=/opt/fuhe/bin:$PATH LANG=C.UTF-8 XDG_DATA_HOME=/data XDG_STATE_HOME=/data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8765/health', timeout=3)"]
ENTRYPOINT ["fuhe"]
CMD ["serve", "--users", "--host", "0.0.0.0"]
