# `cyc stage check`: whether a stage file can be used.
stage-check-about = Check a stage file: every mistake with its line, every wall, camera and source, and a plan
stage-check-usage = cyc stage check [OPTIONS] FILE
stage-check-file-help = The stage file (TOML)
stage-check-picture-help = Draw the stage: a plan, and in perspective
stage-check-heading = { $name }: canvas { $width } × { $height } px, { $rate } pictures a second
stage-check-wall = Wall
stage-check-camera = Camera
stage-check-performer = Performer
stage-check-prop = Prop
stage-check-source = Source
stage-check-output = Output
stage-check-plane = flat
stage-check-cylinder = curved
stage-check-folded = folded
stage-check-mesh = mesh
stage-check-good = The stage file can be used.
stage-check-drawn = Picture: { $path } (plan and perspective, grid 1 m, -Z up in the plan; blue: walls with their lit side; orange and others: what the cameras see from their homes; green: origins of the capture volumes; grey: eye of the outer view; red: digital humans)
stage-check-no-such-file = The file { $path } is not there.
    .fix = Paths are looked for from the stage file’s folder, then from the current folder.
stage-check-not-usable = { $path } cannot be used: { $count ->
        [one] { $count } mistake
       *[other] { $count } mistakes
    }.
    .fix = Mend the lines named above, then check again.

# `cyc stage import`: another program's configuration.
stage-import-about = Make a stage file of an nDisplay configuration (JSON) or of an MPCDI calibration (all profiles)
stage-import-usage = cyc stage import [OPTIONS] FILE --out TOML
stage-import-file-help = The configuration (.ndisplay) or the archive (.mpcdi)
stage-import-out-help = The stage file to be written
stage-import-width-help = MPCDI 2d: width of the whole picture in metres (default 4)
stage-import-distance-help = MPCDI: how far away a wall is whose distance is not in the file, metres (default 5)
stage-import-eye-help = MPCDI: height of the eye above the floor, metres (default 1.6)
stage-import-up-help = MPCDI a3: the places’ Z is up, not their Y
stage-mpcdi-no-archive = This is no MPCDI archive: { $reason }
stage-mpcdi-too-large = In the archive, { $part } has { $count }; at most { $limit } are taken.
stage-mpcdi-no-file = The archive holds no file { $name }.
stage-mpcdi-bad-part = In the archive, { $part } is missing or has no sense.
stage-export-about = Write a stage’s walls and cameras as a glTF scene, for other programs
stage-export-usage = cyc stage export STAGE --out GLB
stage-export-out-help = The glTF file to be written (.glb)
stage-export-done = { $walls } walls and { $cameras } cameras written to { $path }
stage-import-done = { $walls ->
        [one] { $walls } wall
       *[other] { $walls } walls
    } written to { $path }
stage-import-skipped = Left out of "{ $viewport }": { $policy }
stage-import-too-large = The configuration has { $bytes } bytes; at most { $limit } are taken.
stage-import-not-ndisplay = This is no nDisplay configuration: { $reason }
    .fix = Export the configuration from the engine as JSON (.ndisplay); .cfg files of older engines are not read.
stage-import-bad-part = In the configuration, { $part } is missing or has no sense.
stage-import-no-wall = The configuration has no viewport with the policy "simple", so that no wall’s shape is in it.
stage-import-not-written = Cannot write { $path }: { $reason }
