"""Hears every output of a running stage at once, with programs that nobody here wrote, and says what it heard.

Usage: hear_outputs.py SCHEMA
First it prints its ports as one JSON object. It listens until a line comes on standard input, then prints one JSON object
with what it heard. PyPI `adm-osc` names and judges ADM-OSC, `python-osc` reads VMC, `jsonschema` judges OpenTrackIO by the
published SCHEMA (what comes as CBOR after `cbor2` has read it), `sacn` and `stupidArtnet` read the lights. FreeD has no program of that kind: it is taken apart here by
the vendor's page (D1: id, three angles of 1/32768 degree, three places of 1/64 mm, zoom, focus, checksum).
"""

import json
import selectors
import socket
import sys
import threading

import cbor2
import jsonschema
from adm_osc.handler import adm_handler
from pythonosc.osc_packet import OscPacket
from sacn import sACNreceiver
from stupidArtnet import StupidArtnetServer

UNIVERSE = 7


def listening(port=0):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    s.bind(("127.0.0.1", port))
    return s


def free_port():
    with listening() as s:
        return s.getsockname()[1]


def messages(datagram):
    return [(m.message.address, m.message.params) for m in OscPacket(datagram).messages]


class Heard:
    def __init__(self, schema):
        with open(schema, encoding="utf-8") as file:
            self.validator = jsonschema.Draft202012Validator(json.load(file))
        self.adm, self.vmc, self.cameras, self.freed = {}, {}, [], []
        self.concise = []
        self.sacn, self.artnet = [], []

    def take_adm(self, datagram):
        for address, arguments in messages(datagram):
            target, number, parameter, values = adm_handler(address, *arguments)
            self.adm.setdefault(f"{target} {number} {parameter.osc_command}", []).append(list(values))

    def take_vmc(self, datagram):
        for address, arguments in messages(datagram):
            name = arguments[0] if arguments and isinstance(arguments[0], str) else ""
            values = [a for a in arguments if not isinstance(a, str)]
            self.vmc.setdefault(f"{address} {name}".strip(), []).append(values)

    def take_camera(self, datagram):
        # The 16 bytes of the header are read by another test's peer; one datagram is one sample here.
        sample = json.loads(datagram[16:])
        self.validator.validate(sample)
        self.cameras.append(sample)

    def take_concise(self, datagram):
        sample = cbor2.loads(datagram[16:])
        self.validator.validate(sample)
        self.concise.append(sample)

    def take_freed(self, datagram):
        assert len(datagram) == 29 and datagram[0] == 0xD1, datagram
        assert (0x40 - sum(datagram[:28])) & 0xFF == datagram[28], "checksum"
        of = lambda at: int.from_bytes(datagram[at : at + 3], "big", signed=True)
        angles = [of(at) / 32768 for at in (2, 5, 8)]
        places = [of(at) / 64 for at in (11, 14, 17)]
        self.freed.append({"id": datagram[1], "angles_deg": angles, "at_mm": places})


def main():
    heard = Heard(sys.argv[1])
    takers = {"adm": heard.take_adm, "vmc": heard.take_vmc, "opentrackio": heard.take_camera, "concise": heard.take_concise, "freed": heard.take_freed}
    selector, ports = selectors.DefaultSelector(), {}
    for name, take in takers.items():
        s = listening()
        ports[name] = s.getsockname()[1]
        selector.register(s, selectors.EVENT_READ, take)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    ports["sacn"], ports["artnet"] = free_port(), free_port()
    lights = sACNreceiver(bind_address="127.0.0.1", bind_port=ports["sacn"])
    lights.register_listener("universe", lambda p: heard.sacn.append(list(p.dmxData)), universe=UNIVERSE)
    lights.start()
    artnet = StupidArtnetServer(port=ports["artnet"])
    artnet.register_listener(universe=UNIVERSE, callback_function=lambda data: heard.artnet.append(list(data)))
    print(json.dumps(ports), flush=True)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                lights.stop()
                names = ("adm", "vmc", "cameras", "concise", "freed", "sacn", "artnet")
                print(json.dumps({name: getattr(heard, name) for name in names}), flush=True)
                # The threads of the lights' programs would go on.
                sys.stdout.flush()
                threading._shutdown = lambda: None
                return
            key.data(key.fileobj.recv(65536))


if __name__ == "__main__":
    main()
