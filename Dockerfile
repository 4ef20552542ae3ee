# Runs the schedules of the presswash.toml in /data, with a Prefect server of its own or the one at
# PREFECT_API_URL.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/presswash \
    && /opt/presswash/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY presswash presswash
COPY flows flows
COPY cleaners cleaners
COPY warehouse warehouse
RUN /opt/presswash/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN useradd --create-home --uid 1000 presswash && install -d -o presswash /data
COPY --from=build /opt/presswash /opt/presswash
ENV PATH=/opt/presswash/bin:$PATH PYTHONUNBUFFERED=1 PREFECT_HOME=/data/.prefect
USER presswash
WORKDIR /data
VOLUME /data
# The process of the runs is there; [.] keeps grep from finding itself.
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s \
    CMD grep -qa 'orchestration[.]runner_process' /proc/[0-9]*/cmdline
ENTRYPOINT ["presswash"]
CMD ["schedule"]
