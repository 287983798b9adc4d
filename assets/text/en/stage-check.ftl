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
stage-mpcdi-no-archive = This is no MPCDI archive (ZIP), or a damaged one.
    .fix = Export or copy the calibration again; an archive that is cut off cannot be read.
stage-mpcdi-too-large = In the archive, { $name } has { $count } { $of ->
        [samples] samples
        [regions] regions
       *[bytes] bytes or more, unpacked
    }; at most { $limit } are taken.
stage-mpcdi-archive-too-large = The archive has { $count } { $of ->
        [files] files
       *[bytes] bytes
    }; at most { $limit } are taken.
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
stage-import-left-linked = "{ $part }" shows what another viewport shows; it is left out.
    .fix = The walls need nothing: every wall is drawn once, whoever else shows it.
stage-import-left-frustum = "{ $part }" has a frustum in numbers (policy "{ $what }"), which does not say where its wall is; it is left out.
    .fix = Give the viewport the policy "simple" with a screen in the engine, or write the wall into the stage file as a [[wall]].
stage-import-left-blending = "{ $part }": the blending map { $what } is for projectors that overlap, and is left out.
stage-import-too-large = The configuration has { $bytes } bytes; at most { $limit } are taken.
stage-import-not-json = This is no JSON: it breaks off or goes wrong in line { $line }, column { $column }.
    .fix = Export the configuration from the engine again (.ndisplay); .cfg files of older engines are not read.
stage-import-not-ndisplay = This JSON is no nDisplay configuration: nDisplay.cluster.nodes is not in it.
    .fix = Export the configuration from the engine as JSON (.ndisplay); .cfg files of older engines are not read.
stage-import-too-many-nodes = The configuration has { $count } nodes; a stage takes at most { $limit }.
    .fix = Delete the nodes that show no wall, or import the configuration in parts.
stage-import-too-many-walls = The configuration has more than { $limit } viewports that are walls; a stage takes no more.
    .fix = Delete viewports, or import the configuration in parts.
stage-import-bad-window = The node “{ $node }” has no window with x, y, w and h, or its window is empty or too large.
    .fix = Give the node its window in the engine, then export the configuration again.
stage-import-bad-region = The viewport “{ $viewport }” has no region with x, y, w and h that lies within its node’s window.
    .fix = Give the viewport pixels of its window in the engine, then export the configuration again.
stage-import-no-policy = The viewport “{ $viewport }” does not say how it is projected: its projectionPolicy has no type.
    .fix = Give the viewport a projection policy in the engine, then export the configuration again.
stage-import-unknown = The viewport “{ $viewport }” names “{ $name }”, which is not in the configuration’s scene.
    .fix = Choose a screen or an origin that is there, or add it, then export the configuration again.
stage-import-bad-place = { $at } has no location (x, y, z in cm) or no rotation (pitch, yaw, roll in degrees) that is a number.
    .fix = Export the configuration from the engine again, or write the numbers there.
stage-import-bad-size = { $at } has no size (width, height in cm) that is larger than zero.
    .fix = Give the screen its size in the engine, then export the configuration again.
stage-import-no-parent = { $at } hangs on “{ $parent }”, which is not in the configuration’s scene.
    .fix = Attach it to something that is there, then export the configuration again.
stage-import-circle = { $at } hangs on itself, or on more than { $limit } others one after the other.
    .fix = Detach it in the engine, then export the configuration again.
stage-import-in-archive = Viewport “{ $viewport }”, { $file }:
stage-import-no-wall = The configuration has no viewport with the policy "simple", "mpcdi" or "mesh", so that no wall is in it.
    .fix = Give the viewports that are on the wall one of these policies, then export the configuration again.
stage-import-not-written = Cannot write { $path }: { $reason }
