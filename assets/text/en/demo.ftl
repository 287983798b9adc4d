# `cyc demo`: the main job, from a recorded performance to an LED wall.
demo-about = A recorded performance walks all the way to an LED wall: pictures, a film and the measured delays
demo-usage = cyc demo [OPTIONS]
demo-performance-help = The performance: BVH, or C3D whose labels match a marker set. Without it: a recorded dance
demo-stage-help = The stage file. Without it: rigs/stages/demo.toml
demo-out-help = The folder for pictures, film, take and report
demo-headless-help = No window, even with a display
demo-seconds-help = Length of the recorded part, seconds (10 to 120)
demo-rate-help = Capture frames a second (100 to 240)
demo-seed-help = Decides marker placement, noise, occlusions and the camera’s hand
demo-bad-number = { $argument } must be between { $min } and { $max }, not { $value }.
    .fix = Leave it out for the usual value.

demo-no-files = The folders assets and rigs were not found, searched upwards from { $searched }
    .fix = Run from the checkout, or set CYC_HOME to the folder that holds assets and rigs.
demo-cannot-read = Cannot read { $path }: { $reason }
    .fix = Check the name and the permissions of the file.
demo-cannot-write = Cannot write { $path }: { $reason }
    .fix = Choose another folder with --out, and check that it is writable and has space left.
demo-unknown-performance = { $path } is no performance: only .bvh and .c3d files are.
    .fix = Export it as BVH (a solved skeleton) or C3D (labelled markers).
demo-no-marker-set = No marker set in rigs/markersets fits the labels of { $path }. Nearest, with what is missing: { $missing }
    .fix = Put the performer’s .vsk beside the file, or rename the labels to those of a set.
demo-stage-lacks = The stage “{ $stage }” has no { $what ->
        [camera] film camera
       *[performer] performer
    }, so there is nothing to show.
    .fix = Add one to the stage file; rigs/stages/demo.toml shows how.
demo-nothing-heard = Nothing was heard from “{ $source }” for { $seconds } s.
    .fix = Run cyc doctor: it tests the loopback network. A firewall on loopback is the usual cause.
demo-bad-face-track = { $path } is no face track: { $reason }
    .fix = Remove it to run without a face, or rebuild it with cargo xtask assets.
demo-empty-take = The take { $path } holds no stage frames.
    .fix = Run the demo again; if it stays so, please report it with the report’s machine table.

demo-step-load = Loading stage, character and performance
demo-step-start = Virtual capture system on { $address }, film camera on { $camera }
demo-step-calibrate = Calibrating the performer from her first seconds
demo-step-live = Live: recording { $seconds } s at { $rate } Hz
demo-step-film = Drawing every wall frame of the take; beside it, the proof through the lens
demo-step-report = Writing the report
demo-adapter = Drawing with { $adapter }

demo-done-performance = Performance  { $performance }, { $seconds } s at { $rate } Hz
demo-done-frames = Frames       { $in } received, { $lost } lost, { $predicted } predicted, { $superseded } passed over
demo-done-latency = Delay        packet to pose { $p50 } µs (p99 { $p99 } µs), packet to picture { $total } ms live
demo-done-markers = Markers      { $rms } mm residual (RMS), calibrated from { $before } mm
demo-done-joints = Joints       { $performer } mm mean from the truth, digital human { $human } mm
demo-done-joints-none = Joints       no truth to compare with: these markers were recorded
demo-done-proof = Proof        { $proof }
demo-done-pictures = Pictures     { $n } PNG in { $folder }, canvas { $width } × { $height } px drawn at { $scale } %
demo-done-film = Film         { $film }, { $frames } frames at { $rate } Hz
demo-done-report = Report       { $report }
demo-done-took = Done in { $seconds } s on { $adapter }
demo-proof-part = { $wall } p99 { $p99 } px, { $psnr } dB
demo-proof-none = not run
demo-film-none = none

demo-wall-curved = curved
demo-wall-flat = flat
picture-canvas = The canvas that goes to the LED processor: the curved wall, the ceiling, and the camera’s inner frustum in it.
picture-camera = What the film camera sees on the stage.
picture-wide = The stage from the side: walls, film camera with its frustum, and what the wall shows.
picture-proof-curved = Proof, curved wall: the direct picture, the same through the wall, and their difference (amplified).
picture-proof-flat = Proof, flat wall: the direct picture, the same through the wall, and their difference (amplified).

window-title = Cyclorama demo
window-canvas = LED wall canvas
window-camera = Film camera
window-figures = Live
window-waiting = Waiting for the first picture
window-source = Source { $name }
window-source-connecting = connecting
window-source-silent = silent
window-pose = Packet to pose
window-picture = Packet to picture
window-residual = Marker residual
window-markers = Markers seen
window-timecode = Timecode
window-drawn = Pictures drawn
window-lost = lost
demo-occlusion-help = Share of markers that are hidden at a time (0 to 0.5)
demo-unlabelled-help = Send the markers without names; the solver labels them
machine-yes = yes
machine-no = no
machine-system = System
machine-processor = Processor
machine-adapter = Graphics adapter
machine-software = Draws on the processor
machine-real-time = Real-time priority
machine-took = Whole run
demo-loss-help = Share of packets that the virtual network loses (0 to 0.5)
