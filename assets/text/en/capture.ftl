# Why a source is not connected, and what is wrong with a source's address.
capture-resolve = The host “{ $host }” cannot be found: { $reason }
    .fix = Check the name, or give the host’s IP address.
capture-refused = { $address } refuses the connection: nothing listens on that port
    .fix = Check the port, and that the capture program is running and Live.
capture-unreachable = { $address } does not answer: { $reason }
    .fix = Check the address, the cable, that both are on one network, and the firewall.
capture-bind = Cannot receive on { $address }: { $reason }
    .fix = Check that the address belongs to this machine and that no other program uses the port.
capture-closed = The server closed the connection
    .fix = It is tried again by itself. Check that the capture program is running.
capture-failed = The connection failed: { $reason }
    .fix = It is tried again by itself. Check the network.
capture-url-no-protocol = “{ $url }” does not begin with a protocol
    .fix = Write it like vicon://host or vicon-udp://:51001.
capture-url-unknown-protocol = The protocol “{ $protocol }” cannot be received
    .fix = Known are { $known }.
capture-url-no-host = “{ $url }” names no host
    .fix = Write it like vicon://host or vicon://192.168.1.10:801.
capture-url-bad-port = The port “{ $port }” is no number from 1 to 65535
    .fix = Leave it out to take the protocol’s own port.
capture-url-bad-address = “{ $address }” is no IP address
    .fix = Write an address like 192.168.1.10.
capture-url-bad-option = The option “{ $option }” is not known for { $protocol }, or does not take “{ $value }”
    .fix = Check the option’s name and value.
capture-url-any-interface = { $bind } opens the port on every network of this machine
    .fix = Name one interface’s address, or add allow_any_interface=true if that is wanted.
