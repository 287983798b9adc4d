# Why a text is no output, or an output does not start.
emit-url-no-protocol = “{ $url }” does not begin with a protocol
    .fix = Write it like vmc://host, opentrackio://?source=1 or ltc:FILE.wav.
emit-url-unknown-protocol = The protocol “{ $protocol }” cannot be sent
    .fix = Known are { $known }.
emit-url-bad-port = The output’s port “{ $port }” is no number from 1 to 65535
    .fix = Leave it out to take the protocol’s own port.
emit-url-bad-option = The output option “{ $option }” is not known for { $protocol }, or does not take “{ $value }”
    .fix = Check the option’s name and value.
emit-url-not-wav = “{ $place }” is no WAV file: timecode is written to and read from files, not a sound card
    .fix = Give a file, like ltc:out/show.wav. To use a sound card, play or record that file with any player.
emit-too-many = { $count } outputs were given, but at most { $limit } are run
    .fix = Leave some out, or run them in another program with “cyc listen --output”.
emit-resolve = The output’s host “{ $host }” cannot be found: { $reason }
    .fix = Check the name, or give the host’s IP address.
emit-socket = Cannot send to { $address }: { $reason }
    .fix = Check the address; “interface=” must be an address of this machine.
emit-file = Cannot make the output file { $path }: { $reason }
    .fix = Check the folder. A file that is there is never written over: remove it, or choose another name.
emit-system = The output cannot run: { $reason }
    .fix = Close other programs and try again.
