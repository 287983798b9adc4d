# `cyc chaos`: the whole stage in virtual time, with everything going wrong that a seed can think of.
chaos-about = The whole stage in virtual time, while networks, clocks, sources and the program itself fail by a seed
chaos-usage = cyc chaos [OPTIONS]
chaos-seed-help = The first seed: it decides who performs, how they are heard and what goes wrong (1 without it)
chaos-seeds-help = How many seeds, one show each (20 without it)
chaos-minutes-help = How long a show is in virtual minutes, 0.2 to 1440 (1 without it)
chaos-faults-help = Only these kinds of faults: { $known }

chaos-head-fault = What went wrong
chaos-head-times = times
chaos-head-seconds = seconds
chaos-figures =
    Joints against the truth, measured and nothing wrong: { $calm } mm at worst; whatever was wrong: { $error } mm.
    Poses whose markers say that they are not found yet, of those measured: { $unsure } %.
    Jump beyond what a fade and the performance explain: { $jump } mm. Longest time without a stage frame: { $pause } ms.
    { $frames } stage frames, { $heard } frames heard, { $datagrams } datagrams, { $refused } refused, { $restarts } restarts noticed, { $cuts } cuts.
chaos-breach = Seed { $seed } at { $at } s, { $promise }: { $seen } ({ $during }). Again: { $command }
chaos-verdict-kept = Every promise was kept in { $shows } shows of { $minutes } min.
chaos-verdict-broken = Promises were broken in { $broken } of { $shows } shows of { $minutes } min.
chaos-broken = Promises were broken in { $shows } shows.
    .fix = See it again with { $command }, and report that line with the version: it is a fault of the program.

chaos-promise-monotone = numbers and times only grow
chaos-promise-finite = every value is a number within the stage
chaos-promise-bounded = queues stay within their bounds
chaos-promise-joint-limits = no joint is predicted outside its range
chaos-promise-quality-age = what is said of a pose’s age is true
chaos-promise-no-jump = nothing jumps
chaos-promise-accurate = what is called measured is where it is
chaos-promise-one-owner = a subject is its owner’s
chaos-promise-cadence = stage frames come in time
chaos-promise-recovered = when everything is right again, so is what is shown

chaos-fault-loss = Random loss
chaos-fault-bursts = Bursts of loss
chaos-fault-jitter = Jitter
chaos-fault-reorder = Reordering
chaos-fault-copies = Copies
chaos-fault-path-cut = One of two paths cut
chaos-fault-silence = Source silent
chaos-fault-restart = Source restarts
chaos-fault-stuck-counter = Frame counter stands still
chaos-fault-counter-jump = Frame counter jumps
chaos-fault-drift = Source clock drifts
chaos-fault-timecode-step = Timecode set by an hour
chaos-fault-renamed = Subject renamed
chaos-fault-vanished = Subject gone
chaos-fault-swap = Markers under wrong names
chaos-fault-occlusion = Markers hidden
chaos-fault-hostile-values = Numbers that are none
chaos-fault-hostile-packets = Damaged packets
chaos-fault-flood = Flood of rubbish
chaos-fault-impostor = Second owner of a name
chaos-fault-solver-spike = Solving takes too long
chaos-fault-process-kill = Program killed
