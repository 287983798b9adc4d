# cyc calibrate: a performer's rig from a take.
calibrate-about = Make a performer’s rig from a take in which every joint moves
calibrate-usage = cyc calibrate TAKE [--rig RIG | --markerset NAME] --out RIG
calibrate-rig-help = The rig to begin with instead of our skeleton: .toml, .vsk or .osim
calibrate-out-help = Where the rig goes (.toml)
calibrate-subject-help = The performer, where the take has several. Without it the one who wears most markers
calibrate-done = { $markers } markers on { $bones } bones, from { $frames } frames in { $seconds } s: RMS { $before } mm before, { $after } mm after; size { $scale } of the template
calibrate-worst = Worst marker: { $marker }, RMS { $rms } mm; worst frame: number { $frame } from the start
