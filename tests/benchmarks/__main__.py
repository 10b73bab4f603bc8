"""`make bench`: how fast the pages answer, beside the same as Streamlit makes it by itself."""

from __future__ import annotations

from tests.benchmarks import (
    depth,
    export,
    gates,
    live,
    page,
    precision,
    public,
    replicas,
    server,
    training,
)

if __name__ == "__main__":
    page.main()
    live.main()
    server.main()
    export.main()
    depth.main()
    gates.main()
    precision.main()
    training.main()
    replicas.main()
    public.main()
