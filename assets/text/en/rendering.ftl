# `cyc render`: a stage drawn offline.
rendering-about = Draw a stage without a wall: what each wall shows, what each camera sees, and the proof that it is right
rendering-usage = cyc render [OPTIONS] STAGE --out DIR
rendering-stage-help = The stage file (TOML)
rendering-take-help = A recording with stage frames; without one the cameras stand at their homes
rendering-wall-help = Pictures of one wall alone, or of all (the default)
rendering-frames-help = Which pictures of the film, from A up to but not including B
rendering-scale-help = Drawn canvas pixels for each real one (default 1)
rendering-format-help = Pictures of the walls: png (8 bits, for eyes; the default), png16 (16 bits: the codes that each wall’s processor is told) or exr (half floats: linear light)
rendering-proof-help = Make the through-the-lens proof with the stage’s own walls, camera and lens
rendering-out-help = Folder for everything that is written
rendering-drawing = Drawing { $frames ->
        [one] { $frames } frame
       *[other] { $frames } frames
    }…
rendering-proving = Proving through the lens…
rendering-written = { $pictures } pictures of { $frames ->
        [one] { $frames } frame
       *[other] { $frames } frames
    } in { $path }
rendering-film = Film: { $path }
rendering-proof = Through the lens: p99 { $p99 } px, mean { $mean } px, { $psnr } dB, { $ideal } dB against the ideal; { $fiducials } fiducials, { $lost } lost; { $ratio } wall pixels a camera pixel
rendering-proof-coarse = The walls could not be drawn with two pixels a camera pixel: the canvas is as wide or as high as the adapter allows. The dB say less than the wall could show; a pixel map in several rows makes the canvas narrower.
rendering-proof-holds = The proof holds.
rendering-proof-fails = The proof does not hold: a bound of p99 0.5 px, mean 0.1 px, 32 dB, 38 dB or 60 fiducials a pose is missed.
rendering-no-wall = The stage has no wall called "{ $wall }".
    .fix = `cyc stage check` lists its walls.
rendering-bad-frames = --frames { $written } names no frame; there are { $count }.
    .fix = Write --frames 10..20 for the frames 10 to 19; counting begins at 0.
rendering-no-camera = No camera of the stage shows its inner frustum, so that there is nothing to prove.
rendering-no-folder = Cannot make the folder { $path }: { $reason }
