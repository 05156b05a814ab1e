"""`python -m scheduler`: convert instances, solve and verify problems, and measure."""

import os
import sys

from scheduler.commandline import main

code = main(sys.argv[1:])
beside = sys.modules.get("scheduler.beside")
if beside is not None and beside.busy():
    # After Ctrl-C HiGHS may have a minute left, and hears of nothing; everything is written, and nobody waits for its bound.
    os._exit(code)
sys.exit(code)
