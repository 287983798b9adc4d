# cyc-take: reading and writing takes and interchange files
take-bvh-expected = BVH line { $line }, column { $column }: “{ $wanted }” was expected, “{ $found }” was found
take-bvh-end-of-file = BVH line { $line }: the file ends where “{ $wanted }” was expected
take-bvh-bad-number = BVH line { $line }, column { $column }: “{ $found }” is not a number
take-bvh-second-root = BVH line { $line }: a second root. One BVH file moves one body; export each performer to a file of its own.
take-bvh-bad-channels = BVH line { $line }, column { $column }: a joint has at most three position and three rotation channels, each once
take-bvh-too-many = BVH line { $line }: { $count } { $what }, at most { $limit } are taken
take-bvh-missing-frames = BVH line { $line }: { $declared } frames are declared, but only { $found } are complete
take-bvh-bad-frame-time = BVH line { $line }: the frame time must be greater than zero
take-bvh-too-far = BVH line { $line }, column { $column }: a position is too far from the origin
take-bvh-unknown-unit = The BVH skeleton measures { $size } units, which is no human in any known unit. Say how many metres a unit is.
take-bvh-skeleton = The BVH joints are no skeleton: { $reason }
take-bvh-cannot-write-roots = BVH can hold one root; the skeleton has { $roots }
take-not-c3d = This is not a C3D file
take-c3d-truncated = The C3D file is cut off: { $what } would end at byte { $end }, but only { $available } are there
take-c3d-too-large = The C3D file has { $size } { $what }, at most { $limit } are taken
take-c3d-unknown-processor = C3D byte { $offset }: processor type { $found } is none of Intel, DEC, SGI
take-c3d-bad-parameter = C3D byte { $offset }: parameter “{ $name }” is damaged
take-c3d-inconsistent = C3D byte { $offset }: { $what } ({ $found }) makes no sense or contradicts the parameters
take-c3d-no-points = The C3D file has no points
take-c3d-unknown-unit = The C3D file's unit of length “{ $unit }” is unknown
take-io = { $path }: { $reason }
take-exists = { $path } exists already. Takes are never overwritten; choose another name.
take-part-exists = { $path } is there: the unfinished part of a take that was interrupted, or that is being recorded now
    .fix = If nothing is recording: cyc take recover { $path }. Otherwise choose another name.
take-no-room = { $path }: { $free } MiB are free, which last { $minutes } minutes; at least { $least } are asked for
    .fix = Free some space, record onto another disk, or ask for less with --least-minutes.
take-in-file = { $path }:
take-not-mcap = This is not an MCAP file
    .fix = cyc record makes takes, cyc take pack makes one of other motion; a C3D goes to cyc solve, a BVH to cyc retarget as it is.
take-wrong-profile = This MCAP file (profile “{ $profile }”) is no take that this version can read
take-unfinished = The take was not finished: it ends at byte { $offset } without a footer
take-too-large = Too much in a take: { $what ->
        [searched] bytes searched after damage
       *[unpacked] bytes when unpacked
    }: { $size }, at most { $limit } are taken
take-damaged = The take is damaged near byte { $offset }: { $kind ->
        [Length] a record ends before its content, or after it
        [Number] a number that is none, or out of bounds
        [Count] a count above its limit, or one that contradicts the roster
        [Code] a code that stands for nothing
        [NoRoster] a frame before its roster
        [NoChannel] a message before the definition of its channel
        [Roster] a roster that cannot be
        [Text] a text that is none
        [Chunk] a chunk whose checksum is wrong
        [Version] a record of a later version
       *[Record] lengths that contradict each other
    }
take-write = The take cannot be written: { $reason }
compact-not-compact = This is not a compact take
    .fix = cyc take pack makes one of a take, a C3D or a BVH file.
compact-version = The compact take has version { $version }, which this program does not know
    .fix = Use a newer version of the program.
compact-truncated = The compact take is cut off: it ends at byte { $bytes }, in its { $part }
    .fix = Copy the file again from where it was made.
compact-damaged = The compact take is damaged near byte { $offset }, in its { $part }
    .fix = Copy the file again from where it was made.
compact-too-large = Too much for a compact take: { $what }: { $size }, at most { $limit } are taken
compact-bad-error = An error of { $millimetres } mm cannot be kept; it must be between 0.001 and 100 mm
compact-shape = { $what } do not fit the track “{ $track }”
compact-unreachable = Frame { $frame } of the track “{ $track }” is too far away to be kept within the error
    .fix = Allow a larger error with --error-mm.
compact-no-frame = There is no frame { $frame }; the track has { $frames }
