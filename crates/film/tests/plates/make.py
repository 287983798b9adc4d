"""Makes bframes.mp4: x264 (PyAV 16) in the high profile, three B-frames, open groups of eight, BT.709.

Left half: a grey of code 20 + 10 n in frame n. Right half: red, green and blue in turn. A white bar moves by 4 px a frame.
"""

import av
import numpy

WIDTH, HEIGHT, FRAMES = 96, 64, 20
COLORS = [(200, 40, 40), (40, 200, 40), (40, 40, 200)]

film = av.open("bframes.mp4", "w")
stream = film.add_stream("libx264", rate=25)
stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
stream.options = {
    "profile": "high",
    "crf": "16",
    "x264-params": "colormatrix=bt709:colorprim=bt709:transfer=bt709:bframes=3:open-gop=1:b-adapt=0"
    ":keyint=8:min-keyint=8:scenecut=0",
}
stream.codec_context.gop_size = 8
for number in range(FRAMES):
    picture = numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8)
    picture[:, : WIDTH // 2] = 20 + 10 * number
    picture[:, WIDTH // 2 :] = COLORS[number % 3]
    picture[:, 4 * number % WIDTH : 4 * number % WIDTH + 4] = 255
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    for packet in stream.encode(frame.reformat(format="yuv420p", dst_colorspace="ITU709")):
        film.mux(packet)
for packet in stream.encode():
    film.mux(packet)
film.close()
