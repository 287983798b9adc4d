"""Reads or writes linear timecode with Debian's libltc, through ctypes.

Usage: libltc_peer.py read SAMPLE_RATE FPS FILE              32-bit floats in; prints a JSON list of [h, m, s, f, drop, reverse]
       libltc_peer.py write SAMPLE_RATE FPS DROP FRAMES H M S F FILE     unsigned bytes out, as libltc makes them
"""

import ctypes as c
import json
import sys

lib = c.CDLL("libltc.so.11")


class Time(c.Structure):
    _fields_ = [("zone", c.c_char * 6)] + [(n, c.c_ubyte) for n in "years months days hours mins secs frame".split()]


class Frame(c.Structure):
    _fields_ = [("bytes", c.c_ubyte * 10)]


class FrameExt(c.Structure):
    _fields_ = [
        ("frame", Frame),
        ("off_start", c.c_longlong),
        ("off_end", c.c_longlong),
        ("reverse", c.c_int),
        ("tics", c.c_float * 80),
        ("low", c.c_ubyte),
        ("high", c.c_ubyte),
        ("volume", c.c_double),
    ]


lib.ltc_decoder_create.restype = c.c_void_p
lib.ltc_encoder_create.restype = c.c_void_p


def read(sample_rate, fps, path):
    data = open(path, "rb").read()
    count = len(data) // 4
    samples = (c.c_float * count).from_buffer_copy(data[: 4 * count])
    decoder = c.c_void_p(lib.ltc_decoder_create(round(sample_rate / fps), 4096))
    lib.ltc_decoder_write_float(decoder, samples, c.c_size_t(count), c.c_longlong(0))
    found, frame, time = [], FrameExt(), Time()
    while lib.ltc_decoder_read(decoder, c.byref(frame)):
        lib.ltc_frame_to_time(c.byref(time), c.byref(frame.frame), 0)
        drop = frame.frame.bytes[1] >> 2 & 1
        found.append([time.hours, time.mins, time.secs, time.frame, drop, int(frame.reverse != 0)])
    print(json.dumps(found))


def write(sample_rate, fps, drop, frames, h, m, s, f, path):
    standard = {24: 3, 25: 1, 30: 0}[round(fps)]
    encoder = c.c_void_p(lib.ltc_encoder_create(c.c_double(sample_rate), c.c_double(fps), standard, 0))
    time = Time(hours=h, mins=m, secs=s, frame=f)
    frame = Frame()
    lib.ltc_encoder_get_frame(encoder, c.byref(frame))
    frame.bytes[1] = frame.bytes[1] & ~4 | drop << 2
    lib.ltc_encoder_set_frame(encoder, c.byref(frame))
    lib.ltc_encoder_set_timecode(encoder, c.byref(time))
    buffer = (c.c_ubyte * (2 * round(sample_rate / fps)))()
    with open(path, "wb") as out:
        for _ in range(frames):
            lib.ltc_encoder_encode_frame(encoder)
            count = lib.ltc_encoder_copy_buffer(encoder, buffer)
            out.write(bytes(buffer[:count]))
            lib.ltc_encoder_inc_timecode(encoder)


if __name__ == "__main__":
    words = sys.argv[2:]
    if sys.argv[1] == "read":
        read(int(words[0]), float(words[1]), words[2])
    else:
        write(int(words[0]), float(words[1]), *map(int, words[2:8]), words[8])
