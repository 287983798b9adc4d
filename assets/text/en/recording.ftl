# `cyc record` and `cyc replay`: takes made and played, and what a take says about itself.
record-about = Record what sources send into a take, without solving or drawing
record-usage = cyc record SOURCE… --out FILE [OPTIONS]
record-source-help = A stage file, whose sources are recorded, or sources such as vicon://HOST. Protocols: { $known }
record-out-help = The take’s file, or a folder in which it is named by slate and take
record-begins = Recording into { $path }. Ctrl-C ends and seals it.
record-stage-among-urls = { $path } is a stage file, and other sources stand beside it
    .fix = Record the stage file alone, or name all sources by their addresses.

recording-slate-help = Scene and shot, kept in the take as its title
recording-take-help = The number of the take
recording-notes-help = Notes, kept in the take
recording-overwrite-help = Replace a finished take of that name
recording-no-raw-help = Leave out the packets as they were received, by which a take could be decoded anew
recording-least-minutes-help = Minutes of room on the disk without which no recording begins; 10 when left out
recording-leftover = { $path } is there: the unfinished part of a take. If nothing is recording into it: cyc take recover { $path }
recording-disk-full = The disk was full: { $path } was sealed early, with everything before
    .fix = Free some space, or record onto another disk.

replay-about = Play a take through its stage, as if it came from its sources
replay-usage = cyc replay TAKE [OPTIONS]
replay-take-help = The take (.mcap), finished or not
replay-stage-help = Another stage file than the one that it was recorded with
replay-loop-help = Begin again at the end
replay-speed-help = How many times as fast, from 0.01 to 60; 1 when left out
replay-no-stage = { $path } was recorded without a stage
    .fix = Name one with --stage FILE. To look at the sources alone: cyc listen take:{ $path }
replay-bad-path = { $path } has a “?” or a “|” in its path, which mean something else in a source’s address
    .fix = Rename the file or the folder.
