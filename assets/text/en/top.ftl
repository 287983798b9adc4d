# `cyc top`: a running stage in a terminal.
top-about = A running stage in the terminal: what is wrong and what to do, lights, sources, performers, delays, the take.
top-usage = cyc top [ADDRESS] [--token TOKEN] [--door FILE] [--seconds N]
top-camera = Camera
