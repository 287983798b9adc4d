# `cyc take info`: what is in a recording.
take-info-about = What is in a take: frames, length, sources, rates
take-info-usage = cyc take info [OPTIONS] FILE
take-info-file-help = The take (.mcap)
take-info-title = Title
take-info-program = Recorded by
take-info-length = Length
take-info-seconds = { $seconds } s
take-info-source = Source { $source }
take-info-stage = Stage
take-info-frames = { $frames } frames, { $rate } Hz
take-info-skipped = Messages that are no frames
take-info-damaged = { $damaged } parts of the take are damaged; the rest was read.
    .fix = Copy the file again from where it was recorded, or use what is there.
take-info-unfinished = The take has no end, as after a crash or while it is still being written; { $damaged } parts are damaged.
    .fix = Everything before the end can be read and used.
