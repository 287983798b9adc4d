# Outputs on the command line.
outgoing-help = Send the frames on as another protocol, such as vmc://HOST, opentrackio://?source=1 or ltc:FILE.wav; may be given several times. Protocols: { $known }
outgoing-output = Output
outgoing-frames = Frames
outgoing-sent = Sent
outgoing-dropped = Dropped
outgoing-refused = Not taken
outgoing-without = Nothing to tell
outgoing-beyond = Out of range
outgoing-no-walls = { $url } sends the colours of LED walls, and there are no walls here
    .fix = Use it with cyc demo, or with cyc run where it draws (without --no-picture).
