"""What the hub tells Prometheus about itself; one registry per hub."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.metrics import MetricWrapperBase

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Counters by command and screen; no names, no ids."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        of = self.registry
        self.commands = Counter("salon_hub_commands", "Commands by name and outcome", ["command", "outcome"], registry=of)
        self.command_seconds = Histogram(
            "salon_hub_command_seconds", "From a command's body to its answer", ["command"], buckets=SECONDS, registry=of
        )
        self.view_seconds = Histogram("salon_hub_view_seconds", "Computing one view", ["screen"], buckets=SECONDS, registry=of)
        self.view_errors = Counter("salon_hub_view_errors", "Views that failed", ["screen"], registry=of)
        self.pushes = Counter("salon_hub_pushes", "Views handed to sockets", ["screen"], registry=of)
        self.held_back = Counter("salon_hub_pushes_held_back", "Views not handed to a client with too much unread", registry=of)
        self.cut = Counter("salon_hub_sockets_cut", "Sockets cut, by reason", ["reason"], registry=of)
        self.sockets = Gauge("salon_hub_sockets", "Open sockets", registry=of)
        self.audiences = Gauge("salon_hub_audiences", "Different views kept up to date", registry=of)
        self.push_lag = Histogram(
            "salon_hub_push_lag_seconds", "From hearing of a fact to the last socket's bytes", buckets=SECONDS, registry=of
        )
        self.loop_lag = Gauge("salon_hub_loop_lag_seconds", "How late the event loop woke last", registry=of)
        self.waiting = Gauge("salon_hub_commands_waiting", "Commands waiting for the writer", registry=of)
        self.read_only = Gauge("salon_hub_read_only", "1 while nothing can be written", registry=of)
        self.failing = Gauge("salon_hub_jobs_failing", "Standing work that failed when it was last tried", registry=of)
        self.newest_seq = Gauge("salon_hub_newest_seq", "Number of the newest fact pushed", ["store"], registry=of)

    def described(self) -> Iterator[tuple[Metric, tuple[str, ...]]]:
        """Each metric with the names of its labels."""
        for made in vars(self).values():
            if isinstance(made, MetricWrapperBase):
                yield from ((metric, made._labelnames) for metric in made.describe())

    def text(self) -> bytes:
        return generate_latest(self.registry)
