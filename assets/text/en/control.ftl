# Commands that a running stage refuses.

control-out-of-range = `{ $field }` is { $value }; it may be from { $least } to { $most }.
    .fix = Give a value within that range.
control-bad-name = `{ $field }` has { $chars } characters; 1 to { $most } are taken, and no control characters.
    .fix = Give a shorter name, as it stands in the stage file.
