# `cyc sim`: a virtual capture system on real sockets.
sim-about = A virtual capture system: a performer in markers, a film camera and a prop, on real sockets
sim-usage = cyc sim [OPTIONS] PROTOCOL…
sim-protocol-help = What to serve, one or more of: { $known }
sim-bind-help = Where protocols over TCP listen. Without it: on this machine only, at the protocol’s own port (vicon: 8801, because ports under 1024 need root)
sim-to-help = Where datagrams are sent. Without it: to this machine, or to the protocol’s multicast group, at the protocol’s own port
sim-performance-help = A motion (.bvh) for the virtual performer, or recorded markers (.c3d). Without it: a recorded dance
sim-stage-help = The stage file whose names and places are used. Without it: rigs/stages/demo.toml
sim-rate-help = Frames a second, 1 to 1000 (120 without it; recorded markers keep their own)
sim-seed-help = Decides everything random: marker placement, noise, occlusions, faults (1 without it)
sim-seconds-help = End after so many seconds. Without it: Ctrl-C ends
sim-loss-help = Share of frames that are lost, 0 to 1
sim-reorder-help = Share of datagrams that arrive one to three frames late, 0 to 1
sim-duplicate-help = Share of datagrams that arrive twice, 0 to 1
sim-jitter-help = Longest extra delay of a frame, milliseconds
sim-occlusion-help = Share of markers that are hidden, 0 to 0.9 (0.02 without it)
sim-unlabelled-help = Send the markers without names and in no order, as a system does that does not label
sim-burst-help = Chance that with a frame a burst of losses begins, 0 to 1
sim-burst-frames-help = Frames that a burst takes (12 without it)
sim-drift-help = How much too fast the source's clock runs, parts per million
sim-reference-help = Tell that the source's clock follows a reference (PTP), and after so many seconds that it has lost it; opentrackio alone tells that
sim-restart-help = Restart the source each time so many seconds have passed: 300 ms of silence, then it counts anew
sim-swaps-help = Chance that with a frame two markers take each other's names for 100 ms, 0 to 1
sim-flood-help = Datagrams of junk a second beside the frames, 0 to 100000
sim-truth-help = Write what really was where, frame by frame, as JSON lines
sim-out-help = Where ltc is written: a WAV file, made at once and never written over
sim-start-help = The first label of ltc, 10:00:00:00 without it; “;” before the frames drops labels (29.97)

sim-serves = { $protocol } on { $url }
sim-not-the-real-port = 8801 stands for Vicon’s 801: ports under 1024 need root.
sim-open-to-network = Everybody who reaches { $url } over the network can read it: the protocol has no password.
sim-sends = { $protocol } to { $url }
sim-how-to-end = Ctrl-C ends.
sim-performing = { $performance }: { $length } s, repeating, at { $rate } Hz; { $subjects }; { $markers } markers
sim-rate-is-recorded = --rate { $asked } is passed over: recorded markers are served at their own { $rate } Hz.
sim-line = { $made } frames made, { $sent } sent, { $clients ->
        [one] { $clients } client
       *[other] { $clients } clients
    }, { $dropped } dropped by slow clients, { $lost } lost on purpose
sim-done = { $made } frames made, { $sent } sent, { $clients ->
        [one] { $clients } client
       *[other] { $clients } clients
    } in all, { $dropped } dropped by slow clients, { $lost } lost on purpose
sim-too-slow = This machine was too slow: { $late } frames were left out.
    .fix = Lower --rate, or close other programs.

sim-bad-number = { $argument } must be a number from { $min } to { $max }, not “{ $value }”.
    .fix = Leave it out for the usual value, or see cyc sim --help.
sim-bad-address = { $argument } “{ $value }” is no address of a machine.
    .fix = Write HOST or HOST:PORT, such as 127.0.0.1:8801; 0.0.0.0 is every interface.
sim-not-served = { $argument } is for { $protocols }, and none of these is served.
    .fix = Add one of them to the protocols, or leave { $argument } out.
sim-shared-port = { $argument } “{ $value }” gives several protocols the same port.
    .fix = Name the host alone, so that each protocol takes its own port, or serve them from two runs.
sim-too-many = “{ $what }” has { $count } entries to be served; at most { $limit } fit.
    .fix = Use a performance with fewer markers, or a stage with fewer names.
sim-bad-name = The name “{ $name }” in “{ $within }” is empty, too long or used twice, so it cannot be served.
    .fix = Rename it: subjects are named in the stage file, markers in the performance.
sim-bad-parent = Segment “{ $segment }” of “{ $subject }” does not come after its parent.
    .fix = Sort the skeleton so that parents come first.
sim-tape-written = { $labels } labels in { $path }: { $first } to { $last }
sim-not-alone = ltc is written into a file at once, and cannot be served beside other protocols.
    .fix = Run it alone: cyc sim ltc --out show.wav
sim-no-out = ltc needs a WAV file to be written to: sound is not played.
    .fix = Add --out show.wav, and play that file with any player.
sim-bad-start = “{ $start }” is no label that sound carries at { $rate } frames a second.
    .fix = Write HH:MM:SS:FF; rates are 23.976, 24, 25, 29.97 and 30, and HH:MM:SS;FF drops labels at 29.97.
