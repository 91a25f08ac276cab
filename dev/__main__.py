"""`python3 -m dev COMMAND`, as the Makefile calls it: find a Python that fits, then work."""

import sys

from . import pythons

if __name__ == "__main__":
    pythons.require()
    from . import cli

    sys.exit(cli.main(sys.argv[1]))
