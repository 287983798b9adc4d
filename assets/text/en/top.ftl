# `cyc top`: a running stage in a terminal.
top-about = A running stage in the terminal: what is wrong and what to do, lights, sources, performers, delays, the take.
top-usage = cyc top [ADDRESS] [--token TOKEN] [--door FILE] [--seconds N] | --flight FILE
top-camera = Camera
top-queue = Queue
top-capacity = room
top-flight-help = The last minute of a stage that did not end in order: the file that cyc doctor names
top-flight-title = The last { $seconds } seconds of a stage that did not end in order:
top-flight-last = At the last:
top-flight-over = Over: { $what }
top-flight-unreadable = The last minute of a stage cannot be read from { $path }: { $reason }.
    .fix = cyc doctor names the files that stages have left; one that still runs is seen with cyc top.
