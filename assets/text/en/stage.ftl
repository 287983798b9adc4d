stage-too-large = The stage file has { $bytes } bytes; at most { $limit } are taken.
stage-syntax = Line { $line }, column { $column }: { $message }
    .fix = Mend that line; rigs/stages/demo.toml shows every setting.
stage-unknown-key = Line { $line }, column { $column }: there is no setting “{ $word }” here.
    .fix = Correct its name, or take it out. Here there are: { $known }.
stage-unknown-word = Line { $line }, column { $column }: “{ $word }” is none of the words that can stand here.
    .fix = Write one of: { $known }.
stage-missing-key = Line { $line }, column { $column }: the setting “{ $word }” is missing here.
    .fix = Add it; cyc config init shows every setting.
stage-twice = Line { $line }, column { $column }: this stands in the file twice.
    .fix = Take one of the two out.
stage-other-kind = Line { $line }, column { $column }: { $found ->
        [text] text
        [whole] a whole number
        [number] a number
        [truth] true or false
        [table] a table
       *[list] a list
    } stands where { $wanted ->
        [text] text (in quotation marks)
        [whole] a whole number
        [count] a whole number from 0
        [number] a number
        [truth] true or false
        [table] a table
        [list] a list
       *[list-of] a list of { $count }
    } is needed.
    .fix = Mend that line; rigs/stages/demo.toml shows every setting.
stage-out-of-range = Line { $line }, column { $column }: { $path } must be from { $min } to { $max }.
stage-no-rotation = Line { $line }, column { $column }: { $path } is no rotation: write a quaternion x, y, z, w of length 1.
stage-missing = Line { $line }, column { $column }: { $path } is missing.
stage-unused = Line { $line }, column { $column }: { $path } has no meaning here; remove it.
stage-bad-name = Line { $line }, column { $column }: { $path } is empty, too long or used twice.
stage-unknown-name = Line { $line }, column { $column }: { $path }: nothing in this file is called "{ $name }".
stage-too-many = Line { $line }, column { $column }: { $path } has { $count } entries; at most { $limit } are taken.
stage-beyond-canvas = Line { $line }, column { $column }: { $path }: the wall reaches beyond the largest canvas of { $limit } px.
stage-overlaps = Line { $line }, column { $column }: { $path }: the wall overlaps the canvas pixels of wall "{ $other }".
stage-eye-behind-wall = Line { $line }, column { $column }: { $path } lies { $distance } m behind the front of wall "{ $wall }". Put the outer view's eye into the acting area.
stage-bad-frame-rate = Line { $line }, column { $column }: { $path } is no frame rate: write "24", "29.97" or "24000/1001".
stage-bad-timecode = Line { $line }, column { $column }: { $path } is no timecode. Write "10:00:00:00".
stage-lens-folds = Line { $line }, column { $column }: { $path }: this distortion folds the picture over itself; check the coefficients and their model.
stage-same-rings = Line { $line }, column { $column }: { $path }: two points are at one position of the rings; take one out.
stage-not-one-of = Line { $line }, column { $column }: { $path } must be one of: { $words }.
stage-bad-map = Line { $line }, column { $column }: { $path } must hold every cabinet of the wall exactly once.
    .fix = Each block is written as cabinets = [first column, first row, columns, rows], counted from 0.
stage-bad-folds = Line { $line }, column { $column }: { $path }: every panel needs a width and columns of its own, and the columns must add up to the wall’s.
stage-outside-display = Line { $line }, column { $column }: { $path }: display "{ $display }" does not show all of the wall’s canvas pixels.
stage-bad-address = Line { $line }, column { $column }: { $path } is no address: write "127.0.0.1:8470", and machines without a port.
stage-not-loopback = Line { $line }, column { $column }: { $path } must be an address of this machine alone, like "127.0.0.1:8470", or "off".
stage-outside-folder = Line { $line }, column { $column }: { $path } must be a path into the stage file’s own folder.
stage-not-read = Line { $line }, column { $column }: { $path }: { $file } cannot be read: { $reason }
stage-mesh-too-large = Line { $line }, column { $column }: { $path }: { $file } is no wall: it has { $bytes } bytes; at most { $limit } are taken.
    .fix = Export fewer triangles: a flat part needs two.
stage-mesh-unknown-format = Line { $line }, column { $column }: { $path }: { $file } is no wall: it is neither OBJ nor glTF.
    .fix = Export the wall as OBJ or as glTF (.glb).
stage-mesh-line-no-number = Line { $line }, column { $column }: { $path }: { $file } is no wall: in its line { $at_line } a coordinate is missing or no number.
stage-mesh-line-no-vertex = Line { $line }, column { $column }: { $path }: { $file } is no wall: in its line { $at_line } a corner names a vertex that did not come before it.
stage-mesh-line-no-texture = Line { $line }, column { $column }: { $path }: { $file } is no wall: in its line { $at_line } a corner has no texture coordinate.
    .fix = Unwrap the wall in the modelling program (texture coordinates from 0 to 1), and export them too.
stage-mesh-line-few-corners = Line { $line }, column { $column }: { $path }: { $file } is no wall: in its line { $at_line } a face has fewer than three corners.
stage-mesh-too-many = Line { $line }, column { $column }: { $path }: { $file } is no wall: it has more than { $triangles } triangles or { $vertices } vertices.
    .fix = Export fewer triangles: a flat part needs two.
stage-mesh-no-object = Line { $line }, column { $column }: { $path }: { $file } is no wall: nothing in it is called “{ $name }”.
    .fix = Write the name of an object, group or node of the file at object, or leave it away to take all.
stage-mesh-empty = Line { $line }, column { $column }: { $path }: { $file } is no wall: no triangle of it has an area both on the stage and on the texture.
    .fix = A wall needs triangles with texture coordinates from 0 to 1.
stage-mesh-corner = Line { $line }, column { $column }: { $path }: { $file } is no wall: a corner of it has no vertex.
stage-mesh-coordinate = Line { $line }, column { $column }: { $path }: { $file } is no wall: a coordinate of it is no number, or further away than walls can be.
    .fix = Check the unit: the key unit says what a number of the file is.
stage-mesh-beyond-texture = Line { $line }, column { $column }: { $path }: { $file } is no wall: it has texture coordinates beyond 0 to 1.
    .fix = Unwrap the wall so that its texture coordinates go from 0 to 1: they say which pixel is where.
stage-mesh-doubled = Line { $line }, column { $column }: { $path }: { $file } is no wall: two parts of it lie over each other on the texture, { $across } % from its left and { $down } % from its top.
    .fix = A pixel stands at one place: unwrap the parts side by side, or make a wall of each (the key object takes one part of a file).
stage-mesh-not-json = Line { $line }, column { $column }: { $path }: { $file } is no wall: its JSON breaks off or goes wrong in line { $at_line }, column { $at_column }.
stage-mesh-bad-container = Line { $line }, column { $column }: { $path }: { $file } is no wall: its container is damaged or not of version 2.
stage-mesh-no-scene = Line { $line }, column { $column }: { $path }: { $file } is no wall: it has no scene.
stage-mesh-no-file = Line { $line }, column { $column }: { $path }: { $file } is no wall: its buffer { $buffer } is in the file { $beside }, which cannot be read: { $reason }
    .fix = Put that file beside it, within the stage file’s folder, or save the wall as .glb, which has its buffers inside.
stage-mesh-extension = Line { $line }, column { $column }: { $path }: { $file } is no wall: it needs the glTF extension { $name }, which is not read here.
    .fix = Export it without compression and without instances.
stage-mesh-bad-transform = Line { $line }, column { $column }: { $path }: { $file } is no wall: a KHR_texture_transform of it holds something that is no number.
stage-mesh-line-crossed = Line { $line }, column { $column }: { $path }: { $file } is no wall: the face that ends in its line { $at_line } crosses itself, or is hollow with more than 256 corners.
    .fix = Export triangles: most modelling programs can do that.
stage-mesh-no-data = Line { $line }, column { $column }: { $path }: { $file } is no wall: its buffer { $buffer } has no data, or damaged data.
stage-mesh-circle = Line { $line }, column { $column }: { $path }: { $file } is no wall: its nodes are too many, too deep or a circle.
stage-mesh-bad-node = Line { $line }, column { $column }: { $path }: { $file } is no wall: a node of it has a { $key } that is none.
stage-mesh-no-triangles = Line { $line }, column { $column }: { $path }: { $file } is no wall: its mesh { $mesh } is not made of triangles.
    .fix = Export triangles, without strips, lines and points.
stage-mesh-no-attribute = Line { $line }, column { $column }: { $path }: { $file } is no wall: its mesh { $mesh } has no { $attribute }.
    .fix = A wall needs triangles with texture coordinates from 0 to 1.
stage-mesh-other-numbers = Line { $line }, column { $column }: { $path }: { $file } is no wall: its accessor { $accessor } holds numbers of a kind that is not read here.
    .fix = Export places and texture coordinates as they are, nothing sparse.
stage-mesh-beyond-buffer = Line { $line }, column { $column }: { $path }: { $file } is no wall: its accessor { $accessor } reaches beyond its buffer.
stage-override-out-of-range = The wall cannot show that: { $what } must be from { $min } to { $max }.
stage-override-none = There is no { $what } number { $index }; the stage has { $count }.
stage-override-bad-name = The light card’s name “{ $name }” is empty, too long or used twice.
stage-no-inverse = Line { $line }, column { $column }: { $path } takes several colours to one; a calibration can be turned back.
stage-table-too-large = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): it has { $bytes } bytes; at most { $limit } are taken.
    .fix = Export a cube of 33 or 65 a side and a curve of 4096 entries: no calibration needs more.
stage-table-no-text = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): it is no text.
    .fix = Export it as .cube, which is text.
stage-table-no-size = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): no LUT_1D_SIZE or LUT_3D_SIZE stands before its entries.
stage-table-bad-size = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): the size in its line { $at_line } must be from 2 to { $limit }.
stage-table-bad-word = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): “{ $word }” in its line { $at_line } is no word of this format, stands there twice, or stands after the first entry.
stage-table-bad-numbers = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): its line { $at_line } must be { $wanted } numbers that are finite.
stage-table-empty-domain = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): its highest input is not above its lowest.
    .fix = Check DOMAIN_MIN and DOMAIN_MAX, or LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE.
stage-table-bad-count = Line { $line }, column { $column }: { $path }: { $file } is no table of colours (.cube): it has { $count } entries; its sizes ask for { $wanted }.
    .fix = The file is cut off, or its sizes are wrong: export it again.
