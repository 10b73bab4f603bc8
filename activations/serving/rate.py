"""How fast somebody may go on, on one connection or on all from one address."""

from __future__ import annotations


class Bucket:
    """A token bucket: a burst is free, then each token takes its time."""

    def __init__(self, burst: int, per_second: float) -> None:
        """Begin full."""
        self._burst, self._rate = burst, per_second
        self._tokens, self._seen = float(burst), 0.0

    def has(self, now: float) -> float:
        """Return how many tokens there are, which are owed where it is negative."""
        return min(self._burst, self._tokens + (now - self._seen) * self._rate)

    def take(self, now: float) -> float:
        """Take a token, and return for how many seconds to wait before it is used."""
        self._tokens, self._seen = self.has(now) - 1, now
        return max(-self._tokens / self._rate, 0)

    def full(self, now: float) -> bool:
        """Tell whether nothing is left to remember."""
        return self.has(now) >= self._burst


class Buckets:
    """A bucket for each address, kept until it is full again, whoever comes and goes meanwhile."""

    def __init__(self, burst: int, per_second: float) -> None:
        """Begin with none."""
        self._burst, self._rate = burst, per_second
        self._kept: dict[str, Bucket] = {}
        self._tidy_at = 100

    def of(self, address: str, now: float) -> Bucket:
        """Return an address's bucket, to be used at once."""
        if address not in self._kept:
            if len(self._kept) >= self._tidy_at:
                self._kept = {key: each for key, each in self._kept.items() if not each.full(now)}
                self._tidy_at = 100 + 2 * len(self._kept)
            self._kept[address] = Bucket(self._burst, self._rate)
        return self._kept[address]
