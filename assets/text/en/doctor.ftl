# `cyc doctor`: what this machine can do, what is missing, the command that mends it.
doctor-about = What this machine can do, what is missing, and the command that mends it
doctor-usage = cyc doctor [OPTIONS]
doctor-summary-good = { $good } of { $all } checks are fine.
doctor-summary-limited = { $good } of { $all } checks are fine. Nothing stops the demo; the rest limits what a stage can do.
doctor-summary-missing = { $good } of { $all } checks are fine. { $missing } must be mended before pictures can be drawn.
doctor-missing-things = This machine lacks what Cyclorama needs: { $names }.
    .fix = Run the commands above, then cyc doctor again.

doctor-system = Operating system
doctor-system-unknown = not recognised
    .fix = Cyclorama is tried on Debian 12 and Ubuntu. Elsewhere, install Vulkan and the window libraries yourself.
doctor-cores = Processor
doctor-cores-detail = { $cores } cores
    .fix = The live threads need at least { $least } cores. Give this machine (or container) more.
doctor-memory = Memory
doctor-memory-detail = { $gib } GiB free
    .fix = At least { $least } GiB should be free. Close other programs, or give the machine more memory.
doctor-unknown = the system does not say
doctor-disk = Disk
doctor-disk-detail = { $gib } GiB free here
    .fix = Takes and films need at least { $least } GiB. Free some space, or write elsewhere with --out.
doctor-clock = Clock
doctor-clock-detail = { $source }
    .fix = This clock source makes every time stamp slow and coarse. Try: echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource

doctor-vulkan-loader = Vulkan loader
doctor-vulkan-loader-missing = libvulkan.so.1 is missing
    .fix = sudo apt-get update && sudo apt-get install -y libvulkan1
doctor-vulkan-driver = Vulkan driver
doctor-vulkan-driver-gpu = GPU: { $names }
doctor-vulkan-driver-software = processor: { $names }. Enough for the demo, too slow for a real wall
doctor-vulkan-driver-none = no driver found
    .fix = sudo apt-get update && sudo apt-get install -y mesa-vulkan-drivers
doctor-vulkan-driver-broken = found, but not usable: { $names }
    .fix = Install the graphics card's driver (in a container: pass its device through), or draw on the processor: sudo apt-get update && sudo apt-get install -y mesa-vulkan-drivers
doctor-display = Display
doctor-display-none = none: pictures go to files
    .fix = Nothing to do for pictures and films. For a window, log in to a desktop.
doctor-display-unreachable = { $name } is set, but nothing answers there
    .fix = Log in to a desktop, or unset DISPLAY and WAYLAND_DISPLAY.
doctor-window-libraries = Window libraries
doctor-window-libraries-good = all there
doctor-window-libraries-missing = missing: { $names }
    .fix = sudo apt-get update && sudo apt-get install -y { $packages }

doctor-real-time = Real-time priority
doctor-real-time-granted = granted
doctor-real-time-up-to = granted up to { $priority }
doctor-real-time-refused = refused: under load frames may come late
    .fix = echo "{ $user } - rtprio 95" | sudo tee /etc/security/limits.d/90-cyclorama.conf, then log in again.
doctor-receive-buffer = Receive buffer
doctor-receive-buffer-detail = { $kib } KiB per socket (net.core.rmem_max)
    .fix = A burst of capture data may be lost. Run: sudo sysctl -w net.core.rmem_max={ $wanted }
doctor-loopback-udp = UDP on this machine
doctor-loopback-udp-detail = { $received } of { $sent } datagrams of a burst arrived, in { $ms } ms
    .fix = Datagrams are lost between two programs on this machine. Raise the buffer: sudo sysctl -w net.core.rmem_default={ $wanted }
doctor-loopback-tcp = TCP on this machine
doctor-loopback-tcp-detail = round trip of 32 KiB in { $ms } ms
doctor-loopback-failed = does not work: { $reason }
    .fix = Turn loopback on: sudo ip link set lo up. In a container, allow network access.
doctor-crashes = Crash reports
doctor-crashes-none = none
doctor-crashes-found = { $count }, the newest { $hours } h old: { $path }
    .fix = Send the file to whoever maintains this program, then delete it.
