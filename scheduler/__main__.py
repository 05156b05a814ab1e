"""`python -m scheduler`: convert instances, solve and verify problems, and measure."""

import sys

from scheduler.commandline import main

sys.exit(main(sys.argv[1:]))
