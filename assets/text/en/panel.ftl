# `cyc panel`: the operator's panel.

panel-about = The operator’s panel: see and steer a running stage, from a window of its own
panel-usage = cyc panel [--door FILE | ADDRESS --token TOKEN] [OPTIONS]
panel-address-help = Where the stage’s control interface listens, such as 127.0.0.1:4711; without it the stage that runs on this machine is found
panel-token-help = The token for that address: view, operate or configure
panel-door-help = The door file of the stage, when several run
panel-token-missing = An address needs a token: --token TOKEN.
    .fix = It is in the door file that cyc run names when it starts; on the same machine the panel finds it by itself.
panel-title = Cyclorama: operator

# Units
panel-hz = { $n } Hz
panel-ms = { $n } ms
panel-s = { $n } s
panel-min = { $n } min
panel-h = { $n } h
panel-percent = { $n } %
panel-mm = { $n } mm
panel-stops = { $n } stops

# The head
panel-state-unknown = NO ANSWER
panel-state-starting = STARTING
panel-state-running = RUNNING
panel-state-degraded = WITH FAULTS
panel-state-holding = HOLDING
panel-state-failed = FAILED
panel-for = for { $age }
panel-timecode = timecode
panel-uptime = running for
panel-shown-age = { $age } old
panel-nothing-shown = no data yet
panel-other-language = 中文
panel-software = { $adapter } (drawn by the processor)
panel-nothing-drawn = Nothing is drawn.

# The lights
panel-light-source = Source
panel-light-solve = Solve
panel-light-render = Render
panel-light-record = Record
panel-light-sync = Sync
panel-mood-off = not in use
panel-mood-good = good
panel-mood-amber = degraded
panel-mood-red = wrong

# What is wrong
panel-all-well = All is as it should be.
panel-starting = The stage is starting; nothing has been heard yet.
panel-silent = The stage has not answered for { $age }: what you see is old.
    .fix = The walls go on by themselves. Look at the terminal of cyc run; the panel comes back by itself.
panel-never-heard = The stage has not answered yet.
panel-others = Also wrong ({ $n })

# Sources and performers
panel-sources = Sources
panel-name = name
panel-source-state = state
panel-rate = rate
panel-loss = loss
panel-jitter = jitter
panel-age = age
panel-source-connecting = connecting
panel-source-connected = connected
panel-source-live = live
panel-source-silent = silent
panel-source-disconnected = cut off
panel-source-off = off
panel-on = On
panel-off = Off
panel-performers = Performers
panel-pose = pose
panel-residual = residual
panel-seen = markers
panel-uncalibrated = uncalibrated
panel-missing = not seen: { $names }
panel-quality-live = measured
panel-quality-predicted = predicted
panel-quality-held = held
panel-quality-absent = not seen
panel-calibrate = Calibrate
panel-calibrate-face = Face at rest
panel-character-file = The file of another digital human
panel-character-swap = Swap

# Where the time goes
panel-latency = Delay, in milliseconds: last 10 s, and since the start below
panel-budget = a frame: { $n } ms
panel-p50 = median
panel-p99 = 99 %
panel-worst = worst
panel-leg-receive = receive
panel-leg-queue = wait for solver
panel-leg-solve = solve
panel-leg-publish = publish
panel-leg-wait-for-frame = wait for frame
panel-leg-encode = encode
panel-leg-draw = draw
panel-leg-packet-to-pose = packet to pose
panel-leg-packet-to-submit = work to submit
panel-leg-pose-to-picture = pose to picture
panel-leg-end-to-end = packet to picture
panel-queues = Queues: what waits now, and the most since the start
panel-show-queues = Queues
panel-show-delays = Delays
panel-queue-waiting = waiting
panel-queue-most = most
panel-queue-lost = lost
panel-queue-path = path to merging
panel-queue-live = source to solver
panel-queue-shown = source to panel
panel-queue-record-frames = frames to take
panel-queue-record-packets = packets to take
panel-queue-record-stage = poses to take
panel-queue-questions = markers to be found
panel-queue-answers = markers found
panel-queue-orders = orders to solver
panel-queue-stage-figures = poses to figures
panel-queue-stage-outputs = poses to outputs
panel-queue-stage-walls = poses to walls
panel-queue-stage-panel = poses to panel
panel-queue-wishes = wishes to walls
panel-queue-output = frames to output
panel-show-flights = Last minutes
panel-flights = Stages on this machine
panel-flight-running = a stage that runs
panel-flight-ended = broke off { $age } ago
panel-flight-none = No stage runs on this machine, and none broke off.
panel-flight-choose = Choose the stage whose last minutes are to be seen.
panel-flight-reading = They are being read.
panel-flight-unreadable = They cannot be read: { $reason }
panel-flight-title = { $stage }: the last { $seconds } s, and what changed when
panel-flight-over = Over: { $what }
panel-flight-close = Close

# The take
panel-take-idle = no take
panel-take-armed = ARMED
panel-take-rolling = ROLLING
panel-frames = { $n } frames
panel-frames-dropped = { $n } frames lost
panel-disk = disk: { $left } left
panel-disk-unknown = disk: not known
panel-slate = Slate
panel-take-number = Take
panel-notes = Notes
panel-arm = Arm
panel-roll = Roll
panel-cut = Cut

# All walls
panel-blackout = Blackout
panel-freeze = Freeze
panel-exposure = Exposure
panel-undo = Undo

# Cameras, walls, light cards
panel-cameras = Cameras
panel-air = On air
panel-inner = Inner
panel-inner-hold = Hold
panel-key = Key
panel-word-priority = Priority
panel-priority = Priority: the higher lies on top
panel-walls = Patterns
panel-all-walls = All walls
panel-displays = Displays: monitor, bits, refresh
panel-framed = a window with a frame
panel-missed = missed
panel-plates = Plates: frames shown
panel-late = late
panel-pattern-off = Show
panel-pattern-grid = Grid
panel-pattern-ids = IDs
panel-pattern-ramps = Ramp
panel-pattern-flash = Flash
panel-pattern-alignment = Align
panel-pattern-markers = Markers
panel-cards = Light cards
panel-card-name = Name of a new light card
panel-card-new = Put up
panel-card-remove = ×
panel-card-place = { $azimuth }° / { $elevation }°, gain { $gain }

# The stage in space
panel-stage = Stage
panel-stage-view = The stage in space
panel-stage-waiting = The stage’s shape has not come yet.
panel-stage-keys = Drag turns, Shift moves, wheel zooms

# Commands
panel-log = Commands
panel-guard-short = Again
panel-guard-asks = Press again within 3 s: { $what }
panel-guard = Again: { $what }
panel-hint = What the audience or the recording would notice wants a second press within 3 s; Esc calls it off.
panel-illegible = Names show numbers like [821E] for characters that no font here has; install a font, such as fonts-noto-cjk.
panel-no-real-time = No real-time priority: cyc doctor says why.
panel-via-panel = panel
panel-via-key = key
panel-via-http = HTTP
panel-via-osc = OSC
panel-given = { $what }: { $outcome }
panel-given-waiting = on its way …
panel-given-done = done
panel-given-refused = refused. { $why }
panel-given-lost = no answer; it may have been done or not. { $why }
panel-given-crowded = not sent, too many commands wait for the stage.
panel-do-freeze = Freeze
panel-do-unfreeze = End of freeze
panel-do-blackout = Blackout
panel-do-light-up = End of blackout
panel-do-pattern = { $pattern } on { $name }
panel-do-pattern-all = { $pattern } on all walls
panel-do-inner-on = Inner frustum of { $name } on
panel-do-inner-off = Inner frustum of { $name } off
panel-do-inner-freeze = Inner frustum of { $name } holds
panel-do-inner-follow = Inner frustum of { $name } follows
panel-do-key-on = Chroma key of { $name } on
panel-do-key-off = Chroma key of { $name } off
panel-do-priority = Priority { $priority } for { $name }
panel-do-camera-cut = { $name } on air
panel-do-exposure = Exposure { $stops } stops
panel-do-card = Light card { $name }
panel-do-card-remove = Light card { $name } removed
panel-do-source-on = Source { $name } on
panel-do-source-off = Source { $name } off
panel-do-calibrate = Calibrate { $name }
panel-do-calibrate-face = { $name }’s face at rest
panel-do-character = { $name } as { $file }
panel-do-arm = Arm { $name }
panel-do-roll = Roll
panel-do-cut = Cut
panel-do-undo = Undo
