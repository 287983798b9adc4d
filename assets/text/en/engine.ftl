engine-no-thread = The thread “{ $name }” could not be started: { $reason }
    .fix = Close other programs, or raise the limit on processes (ulimit -u).
engine-no-queue = A frame queue could not be made: { $reason }
    .fix = This is a fault of the program: please report it.
