engine-no-thread = The thread “{ $name }” could not be started: { $reason }
    .fix = Close other programs, or raise the limit on processes (ulimit -u).
engine-no-queue = A frame queue could not be made: { $reason }
    .fix = This is a fault of the program: please report it.
engine-recorder-busy = The recording still has other takes to begin and to seal.
    .fix = Wait a moment, then try again; should it stay so, look at the disk with cyc doctor.
