# Commands that a running stage refuses.

control-out-of-range = `{ $field }` is { $value }; it may be from { $least } to { $most }.
    .fix = Give a value within that range.
control-bad-name = `{ $field }` has { $chars } characters; 1 to { $most } are taken, and no control characters.
    .fix = Give a shorter name, as it stands in the stage file.

control-door-folder = Door files cannot be kept in { $path }: { $reason }
    .fix = The folder must be yours alone: remove it, or make it so with chmod 700.
control-door-cannot-write = The door file { $path } cannot be written: { $reason }
    .fix = Without it a panel finds the stage only by its address. Make room, or name a folder of yours in XDG_RUNTIME_DIR.
control-door-cannot-read = The door file { $path } cannot be read: { $reason }
    .fix = Name the file that cyc run told when it started, or give the address and a token.
control-no-stage = No stage runs on this machine: { $folder } holds no door.
    .fix = Start one with cyc run, as the same user. For a stage elsewhere give its address and a token.
control-several-stages = { $count } stages run on this machine: { $stages }
    .fix = Choose one with --door FILE.
