# What is wrong with OSC data and with tables of OSC addresses.
osc-not-osc = What comes from there is no OSC (at byte { $at })
    .fix = Check what sends to this port.
osc-cut = An OSC packet is cut: at byte { $at } the { $what } does not end
    .fix = Check the sender, and whether its datagrams are too long for the network.
osc-bad-element = At byte { $at } of an OSC bundle an element claims { $size } bytes, which do not fit
    .fix = Check what sends to this port.
osc-not-text = At byte { $at } of an OSC packet a text is not UTF-8
    .fix = Rename the sender’s subjects with letters that it can write.
osc-unknown-tag = At byte { $at } of an OSC packet the type “{ $tag }” is not known
    .fix = Check what sends to this port.
osc-open-array = At byte { $at } of an OSC packet an array is not closed
    .fix = Check what sends to this port.
osc-too-much = At byte { $at } of an OSC packet there are more than { $limit } { $what }
    .fix = Check what sends to this port; real senders stay far below this.
vicon-osc-no-frame = What comes is OSC, but not from Vicon: it has no /vicon/frame
    .fix = For other senders write a table of their addresses and use osc:// with map=FILE.
osc-map-text = The OSC table is wrong in line { $line }, column { $column }: { $reason }
    .fix = Compare it with rigs/osc/markers.toml, which explains every key.
osc-map-bad-axes = The axes { $axes } of the OSC table are not x, y and z in some order
    .fix = Write our X, Y (up) and Z in the sender’s terms, like ["x", "z", "-y"].
osc-map-bad-address = The address “{ $address }” of the OSC table cannot be used: { $reason }
    .fix = Write it like "/mocap/{"{"}subject{"}"}/{"{"}marker{"}"}".
osc-map-lacks = The message “{ $address }” of the OSC table lacks “{ $what }”
    .fix = Name it in the address or in the arguments.
osc-map-too-much = The message “{ $address }” of the OSC table cannot have “{ $what }”, or not twice
    .fix = Take it out, or write "any" for an argument that does not matter.
osc-map-count = The OSC table has { $count } messages; 1 to { $limit } are taken
    .fix = Name only the addresses that are needed.
osc-map-no-frame-message = The OSC table lets frames begin or end with a message, and none of its messages is a frame
    .fix = Add a message with is = "frame", or write frame = "datagram".
