# `cyc listen`: what arrives from capture systems.
listen-about = What arrives from capture systems, live, and why when nothing does
listen-usage = cyc listen [OPTIONS] [--stage FILE] [URL…]
listen-url-help = Sources, such as vicon://HOST[:801] or vicon-udp://[ADDRESS]:51001. Protocols: { $known }
listen-stage-help = Hear the sources of this stage file, as cyc run does
listen-seconds-help = End after so many seconds. Without it: Ctrl-C ends

listen-source = Source
listen-state = State
listen-rate = Rate
listen-loss = Lost
listen-jitter = Jitter
listen-latency = Latency
listen-markers = Markers
listen-timecode = Timecode
listen-subjects = Subjects
listen-hz = { $hz } Hz
listen-percent = { $percent } %
listen-ms = { $ms } ms
listen-state-connecting = connecting
listen-state-connected = connected
listen-state-live = live
listen-state-silent = silent
listen-state-ended = played to its end
listen-state-disconnected = not connected

listen-still-connecting = No answer yet.
    .fix = If it stays so: check the address, that both machines are on one network, and the firewall.
listen-losing = { $percent } % of the frames did not arrive ({ $missing } frames).
    .fix = Check the network’s load, use a cable instead of wireless, and run cyc doctor for the receive buffer.
listen-no-subjects = Frames come, but there is no subject in them.
    .fix = Switch the subjects on in the capture program, and check that they are tracked.
listen-stopped = Frames came, and then stopped { $seconds } s ago.
    .fix = Check that the capture program is Live and not paused.
listen-foreign = { $count } packets arrived that are not of this protocol.
    .fix = Another program sends to this port: check the protocol and the port on both sides.
listen-strangers = { $count } packets came from senders that are not on the list, and were not read.
    .fix = Add the sender to allow=… in the address, or leave allow out.
listen-silent-port = The port is open, but nothing arrives.
    .fix = In the capture program, switch the streaming of this protocol on and send it to this machine’s address and this port. To hear other machines, name this machine’s network address in place of the default 127.0.0.1.
listen-silent-server = Connected, but no frames come.
    .fix = Switch the capture program to Live, or let it play. A paused or offline system sends nothing.
listen-face = face
listen-lens = { $mm } mm lens

listen-unit = { $subject } is { $metres } m large: the unit looks wrong. Times { $factor } she would be { $right } m.
    .fix = Set the unit in the capture program, or in this source’s address or map where it takes one.
listen-size = { $subject } is { $metres } m large, which nobody is.
    .fix = Check the unit and the scale in the capture program, and whether all markers belong to this subject.
listen-lying = { $subject } lies down, or the up axis is another one.
    .fix = If she stands: set the up axis to the capture program’s usual one (Vicon Z up, OptiTrack Y up), or choose the axes in this source’s address or map.
listen-below = { $subject } stands { $metres } m below the floor: the origin or the direction of the up axis looks wrong.
    .fix = Set the volume’s origin on the floor in the capture program, and check that its up axis points up.
listen-bad-seconds = --seconds must be a number of seconds above 0, not “{ $value }”.
    .fix = Leave it out to listen until Ctrl-C.
listen-nothing = Nothing arrived from { $urls }.
    .fix = The lines above say why. To try without hardware: cyc sim vicon, and listen to vicon://127.0.0.1:8801.
