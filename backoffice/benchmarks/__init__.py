"""Speed and memory against floors and peers, measured side by side: ``python -m backoffice.benchmarks [NAME]...``.

Each module ``bench_<name>.py`` has a ``main()`` that measures and returns the rows of its table.
"""
