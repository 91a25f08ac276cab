"""``python -m benchmarks``, as `make bench` calls it."""

# Nothing else here: the processes that benchmarks start import this file too.
if __name__ == "__main__":
    import sys

    from .command import main

    sys.exit(main())
