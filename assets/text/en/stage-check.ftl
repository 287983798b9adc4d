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
