"""Reads what outputs send with programs that nobody here wrote, and prints it as JSON, one object a line.

Usage: read_outputs.py adm-osc MESSAGES      PyPI `adm-osc` judges and names each message
       read_outputs.py vmc DATAGRAMS         PyPI `python-osc`: a list of [address, arguments] a datagram
       read_outputs.py sacn UNIVERSE...      PyPI `sacn`: a packet of each universe, then that each has ended
       read_outputs.py artnet UNIVERSE...    PyPI `stupidArtnet`: the channels of each universe
Prints `port N` when it listens.
"""

import json
import socket
import sys
import threading
import time


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def say(value):
    print(json.dumps(value), flush=True)


def osc(count, take):
    from pythonosc.osc_packet import OscPacket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(30)
        s.bind(("127.0.0.1", 0))
        print("port", s.getsockname()[1], flush=True)
        for _ in range(count):
            take([(m.message.address, m.message.params) for m in OscPacket(s.recv(65535)).messages])


def adm(messages):
    from adm_osc.handler import adm_handler

    for address, arguments in messages:
        target, objects, parameter, values = adm_handler(address, *arguments)
        say({"target": target, "object": objects, "command": parameter.osc_command, "values": values})


def sacn(universes):
    import sacn as library

    port, seen, ended = free_port(), {}, set()
    receiver = library.sACNreceiver(bind_address="127.0.0.1", bind_port=port)

    def data(packet):
        seen.setdefault(packet.universe, packet)

    def availability(universe, changed):
        if changed == "timeout":
            ended.add(universe)

    for universe in universes:
        receiver.register_listener("universe", data, universe=universe)
    receiver.register_listener("availability", availability)
    receiver.start()
    print("port", port, flush=True)
    until = time.time() + 30
    while len(seen) < len(universes) and time.time() < until:
        time.sleep(0.01)
    for universe in universes:
        packet = seen[universe]
        say({
            "universe": universe,
            "name": packet.sourceName,
            "priority": packet.priority,
            "cid": list(packet.cid),
            "start_code": packet.dmxStartCode,
            "channels": list(packet.dmxData),
        })
    # Without a word a source is given up after 2.5 s; one that says that it ends, at once.
    told = time.time()
    while len(ended) < len(universes) and time.time() < until:
        time.sleep(0.01)
    say({"ended": sorted(ended), "after_s": time.time() - told})
    receiver.stop()


def artnet(universes):
    from stupidArtnet import StupidArtnetServer

    port, seen, all_there = free_port(), {}, threading.Event()

    def listener(universe):
        def take(data):
            seen.setdefault(universe, list(data))
            if len(seen) == len(universes):
                all_there.set()
        return take

    server = StupidArtnetServer(port=port)
    for universe in universes:
        server.register_listener(universe=universe, callback_function=listener(universe))
    time.sleep(0.2)
    print("port", port, flush=True)
    all_there.wait(30)
    for universe in universes:
        say({"universe": universe, "channels": seen[universe]})


if __name__ == "__main__":
    what, words = sys.argv[1], [int(word) for word in sys.argv[2:]]
    if what == "adm-osc":
        osc(words[0], adm)
    elif what == "vmc":
        osc(words[0], say)
    else:
        {"sacn": sacn, "artnet": artnet}[what](words)
