# What is wrong with received faces.
livelink-too-large = A packet of { $bytes } bytes is over the limit of { $limit }
    .fix = Check what sends to this port.
livelink-version = The face packets are of version { $version }; version 6 is read
    .fix = Update the Live Link Face app, or check what sends to this port.
livelink-cut = A face packet is cut: of the { $part }, { $needed } bytes are needed and { $left } are left
    .fix = Check what sends to this port.
livelink-bad-name = In a face packet the { $part } is empty, longer than { $limit } bytes, or not UTF-8
    .fix = Give the subject another name in the app.
livelink-too-few-values = A face packet has { $count } values; a face has 52 shapes
    .fix = Choose ARKit capture in the app.
