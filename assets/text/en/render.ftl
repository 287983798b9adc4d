# `cyc render`: a stage drawn offline.
render-about = Draw a stage without a wall: what each wall shows, what each camera sees, and the proof that it is right
render-usage = cyc render [OPTIONS] STAGE --out DIR
render-stage-help = The stage file (TOML)
render-take-help = A recording with stage frames; without one the cameras stand at their homes
render-wall-help = Pictures of one wall alone, or of all (the default)
render-frames-help = Which pictures of the film, from A up to but not including B
render-scale-help = Drawn canvas pixels for each real one (default 1)
render-proof-help = Make the through-the-lens proof with the stage’s own walls, camera and lens
render-out-help = Folder for everything that is written
render-drawing = Drawing { $frames ->
        [one] { $frames } frame
       *[other] { $frames } frames
    }…
render-proving = Proving through the lens…
render-written = { $pictures } pictures of { $frames ->
        [one] { $frames } frame
       *[other] { $frames } frames
    } in { $path }
render-film = Film: { $path }
render-proof = Through the lens: p99 { $p99 } px, mean { $mean } px, { $psnr } dB, { $ideal } dB against the ideal; { $fiducials } fiducials, { $lost } lost
render-proof-holds = The proof holds.
render-proof-fails = The proof does not hold: a bound of p99 0.5 px, mean 0.1 px, 32 dB, 38 dB or 60 fiducials a pose is missed.
render-no-wall = The stage has no wall called "{ $wall }".
    .fix = `cyc stage check` lists its walls.
render-bad-frames = --frames { $written } names no frame; there are { $count }.
    .fix = Write --frames 10..20 for the frames 10 to 19; counting begins at 0.
render-no-camera = No camera of the stage shows its inner frustum, so that there is nothing to prove.
render-no-folder = Cannot make the folder { $path }: { $reason }
