# `cyc latency`: the delay of a display, by a film of it.
latency-about = Measure how late a wall shows what it is sent (from a film of its flashing test pattern), or how late a running stage is (from steps of its camera)
latency-usage = cyc latency FILM --reference X,Y,W,H --wall X,Y,W,H [OPTIONS], cyc latency --step STAGE [OPTIONS]
latency-film-help = A film as a camera or phone records it (MP4 or MOV with H.264), a Y4M film, or a folder of PNG or JPEG pictures in the order of their names
latency-reference-help = The part of the picture that flashes at once, in pixels: a lamp, or the operator’s own monitor
latency-wall-help = The part of the picture that flashes after it: the wall
latency-fps-help = Frames a second that the film was taken with, when it does not say so itself, or is a slow motion
latency-readout-help = How long the camera’s rolling shutter takes from the first row to the last, as a part of a frame’s time
latency-delay = The wall flashes { $frames } frames of the film after the reference; { $flashes } flashes, { $spread } frames apart at most.
latency-delay-ms = That is { $ms } ms: set it as display_latency_ms of the wall in the stage file.
latency-cannot-read = { $path } cannot be read: { $reason }
    .fix = Give a film (MP4 or MOV with H.264, or Y4M) or a folder of PNG or JPEG pictures.
latency-bad-film = { $path } is neither MP4 or MOV nor a Y4M film of 8 bits that can be read to its end ({ $what }).
    .fix = Convert it: ffmpeg -i FILM -pix_fmt yuv420p film.y4m
latency-bad-video = { $path } cannot be read as a film: { $reason }.
    .fix = Film in H.264 (on an iPhone: Settings, Camera, Formats, Most Compatible), or convert it: ffmpeg -i FILM -pix_fmt yuv420p film.y4m
latency-outside = A part lies outside the picture of { $width } × { $height } pixels.
    .fix = Correct --reference or --wall: left edge, upper edge, width, height.
latency-bad-part = “{ $written }” is no part of a picture.
    .fix = Write left edge, upper edge, width and height in pixels, such as 100,200,80,80
latency-reference-dark = The reference does not flash.
    .fix = Check --reference, and film several flashes so that they are neither too dark nor burnt out.
latency-wall-dark = The wall does not flash.
    .fix = Check --wall, and that the wall shows the flashing test pattern.
latency-no-pairs = No flash of the wall follows one of the reference.
    .fix = Film both at the same time, with flashes further apart than the delay.
latency-step-help = Measure the stage that runs from this file: its film camera’s tracker is stood in for by a virtual one, which moves the camera at once, and the stage says which picture shows it. Stop the tracker first
latency-steps-help = How many steps (20; each takes a second and more)
latency-stepping = { "  " }steps
latency-steps =
    “{ $camera }”: from the tracker’s packet to the picture that is handed over { $p50 } ms (median of { $steps } steps; least { $least }, 99 % { $p99 }, most { $most } ms).
    That is { $pictures } pictures of { $picture } ms. { $lost ->
        [0] Every step was shown.
       *[other] Steps that were not shown before the next one: { $lost }.
    }
    The displays add { $display } ms (display_latency_ms in the stage file): { $light } ms to the light.
latency-no-camera = The stage “{ $stage }” has no film camera that could step.
    .fix = Give a stage file with a [[camera]].
latency-other-stage = The stage file is “{ $stage }”, but “{ $runs }” runs.
    .fix = Give the stage file that runs, or name the door of the right stage: --door FILE
latency-not-served = No virtual tracker can stand in for { $url }.
    .fix = Run the stage with a source of the camera on this machine, such as url = "vicon://127.0.0.1:8801", and try again.
latency-not-heard = The stage does not hear “{ $camera }” from the virtual tracker at { $url }.
    .fix = Stop the real tracker, check that this stage file is the one that runs, and see what `cyc top` says.
latency-not-shown = No picture of the stage shows a step of “{ $camera }”.
    .fix = See with `cyc top` whether the stage draws pictures (not with --no-picture) and which source the camera follows.
