# `cyc stage check`: whether a stage file can be used.
stage-check-about = Check a stage file: every mistake with its line, every wall, camera and source, and a plan
stage-check-usage = cyc stage check [OPTIONS] FILE
stage-check-file-help = The stage file (TOML)
stage-check-picture-help = Draw the stage: a plan, and in perspective
stage-check-heading = { $name }: canvas { $width } × { $height } px, { $rate } pictures a second
stage-check-wall = Wall
stage-check-camera = Camera
stage-check-outer = Outer view
stage-check-outer-follows = eye follows { $camera }
stage-check-performer = Performer
stage-check-prop = Prop
stage-check-source = Source
stage-check-output = Output
stage-check-plane = flat
stage-check-cylinder = curved
stage-check-folded = folded
stage-check-mesh = mesh
stage-check-good = The stage file can be used.
stage-check-drawn = Picture: { $path } (plan and perspective, grid 1 m, -Z up in the plan; blue: walls with their lit side; orange and others: what the cameras see from their homes; green: origins of the capture volumes; grey: eye of the outer view, within the ring where it follows a camera; red: digital humans)
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
stage-import-left-mesh = "{ $part }" is on the mesh "{ $what }", whose shape is no part of the configuration. Its wall is in the stage file, as comments.
    .fix = Export that mesh from the engine as glTF or OBJ beside the stage file, write the file’s name there and take the marks away.
stage-import-left-camera = "{ $part }" shows the picture of a camera that the engine chooses while it runs; it is no wall, and is left out.
    .fix = The walls need nothing. A film camera is a [[camera]] with its source and lens; the panel and cyc run --preview show its picture.
stage-import-left-no-file = "{ $part }" takes its shape from "{ $what }", which does not lie beside the configuration; it is left out.
    .fix = Copy that file into the configuration’s folder, then import again.
stage-import-left-bare-map = "{ $part }" takes its shape from the float map "{ $what }", whose unit and axes the configuration does not say; it is left out.
    .fix = Export the calibration as an MPCDI archive, which says both, and name that in the policy or import it alone.
stage-import-left-calibration = "{ $part }" has a calibration of the kind "{ $what }", which is not read; it is left out.
    .fix = Export it from the program that made it as MPCDI, then import that.
stage-import-left-blending = "{ $part }": the blending map { $what } is for projectors that overlap, and is left out.
stage-import-too-large = The configuration has { $bytes } bytes; at most { $limit } are taken.
stage-import-not-ndisplay = This is no nDisplay configuration: { $reason }
    .fix = Export the configuration from the engine as JSON (.ndisplay); .cfg files of older engines are not read.
stage-import-bad-part = In the configuration, { $part } is missing or has no sense.
stage-import-no-wall = The configuration has no viewport with the policy "simple", "mpcdi" or "mesh", so that no wall is in it.
    .fix = Give the viewports that are on the wall one of these policies, then export the configuration again.
stage-import-not-written = Cannot write { $path }: { $reason }
