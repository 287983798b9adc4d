console-no-window = No window could be opened: { $reason }
    .fix = Run with --headless to get pictures, a film and a report instead, or see cyc doctor.

console-key-title = Keys
console-key-blackout = Blackout on and off
console-key-freeze = Freeze on and off
console-key-pattern = Next test pattern on all walls
console-key-chroma-key = Chroma key of the camera on air, on and off
console-key-undo = Undo
console-key-take = Roll the armed take; cut the rolling one
console-key-close = F1 or ? closes this. Shift is asked for what the audience or the recording would notice.
console-key-wants-shift = Shift + { $key }: { $what }
console-key-no-camera = No camera is on air.
console-key-no-take = No take is armed.
console-key-done = Done
console-key-refused = Refused
