film-picture-wrong-size = { $bytes } bytes do not make a picture of { $width } × { $height } px. This is a fault of the program: please report it.
film-cannot-write = Cannot write { $path }: { $reason }. Check that the folder exists, is writable and has space left.
film-wrong-size = A film needs an even width and height of at least 16 px, not { $width } × { $height }.
film-frame-size = Frame { $frame } has { $bytes } bytes, but the film's frames have { $expected }. This is a fault of the program: please report it.
film-encoder-stopped = The video encoder stopped at frame { $frame }: { $reason }. The PNG pictures are complete.
