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

# The interface that a stage is steered by.

control-not-loopback = The control interface cannot be served on { $address }: that is not this machine alone.
    .fix = Choose an address like 127.0.0.1:8470; from another machine, go through an SSH tunnel.
control-osc-open = OSC commands on { $address } could come from any machine.
    .fix = Name the machines that may send: allow = ["192.168.1.20"] in the section [control].
control-bind = The control interface cannot use { $address }: { $reason }.
    .fix = Choose another port in the section [control], or 0 for any that is free.
control-thread = The control interface cannot be started: { $reason }.
    .fix = Close programs that hold many threads or files, then try again.
control-method = That path does not take this method.
    .fix = Use GET to read and POST for /v1/commands.
control-no-path = There is nothing at { $path }.
    .fix = Ask for /v1/state, /v1/shapes or /v1/scene, or send a command to /v1/commands.
control-too-long = The command did not come whole, or is longer than { $bytes } bytes.
    .fix = Send one command as one JSON object.
control-not-a-command = That is not a command: { $reason }.
    .fix = Send an object like {"{"}"command":"freeze","on":true{"}"}; the README lists all commands.
control-busy = The stage has too many commands to do already.
    .fix = Send fewer, and wait for each answer.
control-no-answer = The stage did not answer within { $seconds } s; the show goes on.
    .fix = Look at the log of cyc run, then try again.
control-no-token = No token was shown.
    .fix = Send the header Authorization: Bearer TOKEN; the tokens are in the file that cyc run names when it starts.
control-wrong-token = The token is not one of this stage.
    .fix = Read it again from the file that cyc run names: each start has new ones.
control-foreign = Requests from other sites are not taken.
    .fix = Use a page or a program of this machine, by the address 127.0.0.1.
control-role = This needs the token of the role { $role }.
    .fix = Use that token; it is in the file that cyc run names when it starts.
control-guessing = Too many wrong tokens came from there within a minute.
    .fix = Wait a minute, then use a token from the file that cyc run names.
control-osc-arguments = The arguments of { $address } are not those of the command.
    .fix = The README lists each address with its arguments.

# Why a running stage did not do what it was told.

steer-no-camera = The stage has no camera "{ $name }".
    .fix = It has: { $known }.
steer-no-wall = The stage has no wall "{ $name }".
    .fix = It has: { $known }.
steer-no-source = The stage has no source "{ $name }".
    .fix = It has: { $known }.
steer-no-performer = The stage has no performer "{ $name }".
    .fix = It has: { $known }.
steer-no-card = There is no light card "{ $name }".
    .fix = It has: { $known }.
steer-no-picture = Nothing is drawn, so this changes nothing.
    .fix = Start cyc run without --no-picture.
steer-too-many-cards = There are { $limit } light cards already, as many as there may be.
    .fix = Remove one first.
steer-not-armed = No take is armed.
    .fix = Arm one first: give a slate and a take number.
steer-rolling = A take rolls already.
    .fix = Cut it first.
steer-not-rolling = No take rolls.
    .fix = Arm a take and roll it.
steer-take-exists = That take exists already: { $path }.
    .fix = Choose another take number, or leave it out for the next free one.
steer-no-face = No face of { $name } has been captured.
    .fix = See whether her face capture is heard; face_source and face_subject in the stage file say whose it is.
steer-calibrating = { $name } is being calibrated already.
    .fix = Wait until that has ended; it takes a few seconds.
steer-nothing-to-undo = There is nothing to take back.
    .fix = Recordings and calibrations cannot be taken back; everything else can, in the order in which it was done.
steer-no-disk = The folder for takes cannot be used: { $reason }.
    .fix = Set takes in the section [control] of the stage file to a folder that can be written.
steer-recasting = Another digital human is being prepared already: { $file }.
    .fix = Wait until it is there; it takes a few seconds.
control-bad-address = “{ $address }” with this token is no way into a stage.
    .fix = Give host and port, such as 127.0.0.1:4711, and the token that the stage’s door file holds.
control-no-connection = The stage at { $address } does not answer: { $reason }
    .fix = Check that cyc run is running there and the address is right. The panel goes on trying.
control-not-understood = What { $address } answers is not understood: { $reason }
    .fix = Use the panel of the same version as the stage.
control-not-let-in = The stage at { $address } does not let the panel in (HTTP { $status }).
    .fix = Give the token that the stage’s door file holds now; each start of the stage makes new ones.
