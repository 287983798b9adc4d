# cyc-character: reading glTF and VRM files
character-in-file = { $path }:
character-too-many-file-bytes = The file has { $size } bytes, at most { $limit } are taken
character-too-many-external-bytes = A file beside it has { $size } bytes, at most { $limit } are taken
character-too-many-buffer-bytes = The buffers have { $size } bytes together, at most { $limit } are taken
character-too-many-decoded-bytes = Decoded it would take { $size } bytes, at most { $limit } are taken. Reduce meshes, morph targets or pictures.
character-too-many-json-parts = The JSON has { $size } parts, at most { $limit } are taken
character-too-many-nodes = { $size } nodes, at most { $limit } are taken
character-too-many-primitives = { $size } mesh primitives, at most { $limit } are taken
character-too-many-morph-targets = { $size } morph targets over all primitives, at most { $limit } are taken
character-too-many-elements = An accessor or a view has { $size } elements, at most { $limit } are taken
character-too-many-materials = { $size } materials or pictures, at most { $limit } are taken
character-too-many-pixels = A picture has a side of { $size } pixels, at most { $limit } are taken. Make it smaller.
character-too-many-animations = { $size } animations, at most { $limit } are taken
character-too-many-channels = An animation has { $size } channels, at most { $limit } are taken
character-not-gltf = This is no glTF file: it begins as neither a GLB nor JSON
character-glb-cut = This is no whole GLB: its header is cut off
character-gltf-version = This is glTF version { $version }; version 2 is read
character-json = The glTF JSON cannot be read at line { $line }, column { $column }. The parser says: { $reason }
character-rule-not-there = { character-place } is referred to, but does not exist
character-rule-names-nothing = { character-place } refers to something that the file does not have
character-rule-missing = { character-place }: a part that must be there is missing
character-rule-bad-value = { character-place } has a value that glTF does not allow
character-rule-oversize = { character-place } has a size beyond everything that can be addressed
character-rule-chunks = { character-place }: its chunks are of an unknown kind or in the wrong order
character-rule-parser = { character-place } cannot be read. The parser says: { $reason }
character-rule-no-positions = { character-place } has no vertices (POSITION)
character-rule-no-weights = { character-place } is skinned, but lacks joints (JOINTS_0) or weights (WEIGHTS_0)
character-rule-negative-weight = { character-place }: a vertex has a weight below zero
character-rule-attribute-length = { character-place }: { $attribute } has { $given } elements for { $vertices } vertices
character-rule-morph-length = { character-place }: a morph target’s { $attribute } has { $given } elements for { $vertices } vertices
character-rule-triangle-corners = { character-place }: the number of its triangles’ corners is no multiple of three
character-rule-no-joints = { character-place } has no joints
character-rule-bind-matrices = { character-place } has { $joints } joints and { $matrices } inverse bind matrices, which do not go together
character-rule-not-affine = { character-place }: the last row of the matrix is not 0 0 0 1
character-rule-texture-transform = { character-place }: the transform of the texture is not finite
character-rule-no-picture-data = { character-place } has neither a buffer view nor a URI
character-rule-no-buffer-data = { character-place }: its data is neither in the file nor beside it
character-rule-not-unsigned = { character-place } must be of whole numbers without a sign
character-rule-component-type = { character-place } has an unknown component type or shape
character-rule-components = { character-place } has { $given } components where { $needed } are needed
character-rule-sparse-type = { character-place }: its sparse indices are of an unknown type
character-rule-sparse-count = { character-place } has more sparse elements than elements
character-rule-sparse-order = { character-place }: its sparse indices must ascend and stay below its count
character-rule-stride = { character-place }: its elements overlap, byteStride is too small
character-rule-interpolation = { character-place } has an unknown interpolation
character-rule-no-morph-targets = { character-place } animates the weights of a node without morph targets
character-rule-key-times = { character-place }: key times must ascend from 0, each with one value (three with CUBICSPLINE)
character-rule-compression-lacks = { character-place }: what is said of its compression lacks “{ $name }”
character-rule-compression-mode = { character-place } is compressed in an unknown mode
character-rule-compression-filter = { character-place } is compressed with an unknown filter
character-rule-compression-shape = { character-place }: mode, filter, stride and count of its compression do not go together
character-rule-compressed-length = { character-place }: { $count } elements of { $stride } bytes do not make its { $bytes } bytes
character-rule-no-stream = { character-place }: its compressed stream is not in the file
character-rule-stream-short = { character-place }: its compressed stream ends too early
character-rule-stream-header = { character-place }: its compressed stream begins in an unknown way
character-rule-stream-long = { character-place }: its compressed stream is longer than its elements
character-rule-stream-channel = { character-place }: its compressed stream has a channel of an unknown kind
character-rule-stream-number = { character-place }: its compressed stream has a number that is too large
character-rule-foreign-motion = The motion is not of this file’s joints
character-rule-no-frames = The motion has no frames, or not whole ones
character-unsupported = The file needs “{ $feature }”, which is not supported. Export it without.
character-draco = The file’s meshes are compressed with Draco, which is not read here. Export it without that compression (Blender: “Compression” off, under Data and Mesh), or with meshopt’s.
character-uri-escape = { character-place }: the file name has a percent escape that does not decode
character-uri-base64 = { character-place }: the embedded data is not valid base64
character-uri-data-form = { character-place }: the embedded data is missing or not in base64
character-uri-not-local = { character-place }: refers to a file outside the character’s folder, which is not allowed
character-uri-no-resolver = { character-place }: is in a separate file. Export the character as one .glb file.
character-external = { character-place }: cannot read “{ $path }”: { $reason }
character-external-outside = { character-place }: “{ $path }” lies outside the character’s folder, which is not allowed
character-external-not-a-file = { character-place }: “{ $path }” is no file
character-external-too-large = { character-place }: “{ $path }” has { $size } bytes, at most { $limit } are taken
character-out-of-bounds = { character-place }: would end at byte { $end }, but only { $available } are there. The file is damaged or incomplete.
character-not-finite = { character-place }: element { $element } is not a finite number
character-transform-not-finite = { character-place }: its transform is not finite
character-transform-zero-quaternion = { character-place }: its rotation is a zero quaternion
character-transform-not-affine = { character-place }: its matrix is not affine
character-transform-scale = { character-place }: this joint is scaled to nothing or out of proportion
character-transform-too-far = { character-place }: this joint is too far from the origin
character-graph-cycle = { character-place }: is its own ancestor
character-graph-two-parents = { character-place }: has two parents
character-graph-too-deep = { character-place }: nodes are nested too deeply
character-skeleton-empty = The file has no joints
character-skeleton-too-many = { $joints } joints, but a skeleton has at most { $limit }
character-skeleton-unknown-parent = Joint “{ $joint }” hangs on one that does not exist
character-skeleton-cycle = Joint “{ $joint }” is its own ancestor
character-skeleton-bad-name = The joint name “{ $name }” is empty, too long or used twice
character-vertex-index = { character-place }: uses vertex { $index }, but there are only { $vertices }
character-joint-number = { character-place }: uses joint { $joint }, but the skin has only { $joints }
character-picture-format = Picture { $picture } is neither PNG nor JPEG
character-picture = Picture { $picture } cannot be decoded. The decoder says: { $reason }
# Where in the file, in the texts above; numbers from 0, as glTF counts.
character-place = { $place ->
        [container] the GLB container
        [json] the JSON
        [buffer] buffer { $place-number }
        [buffer-view] buffer view { $place-number }
        [accessor] accessor { $place-number }
        [image] image { $place-number }
        [texture] texture { $place-number }
        [node] node { $place-number }
        [named-node] node { $place-number } ({ $place-name })
        [primitive] mesh { $place-number }, primitive { $place-part }
        [attribute] mesh { $place-number }, primitive { $place-part }, { $place-name }
        [skin] skin { $place-number }
        [inverse-binds] skin { $place-number }, inverse bind matrices
        [inverse-bind] skin { $place-number }, inverse bind matrix { $place-part }
        [channel] animation { $place-number }, channel { $place-part }
        [motion] the motion
       *[path] { $place-name }
    }
character-pose-too-few-joints = The pose has { $given } joints, the skeleton { $needed }
character-pose-no-such-skin = The character has no skin { $skin }
character-pose-buffer-too-short = Room for { $given } matrices, { $needed } are needed
character-note-turned = VRM 0 models face backwards; the character was turned by 180°
character-note-put-on-floor = The character was moved by { $metres } m to stand on the floor
character-note-shear-baked = Joint “{ $joint }” is scaled unevenly; its rest shape was kept
character-note-normals-computed = Mesh “{ $mesh }” has no normals; they were computed
character-note-weights-reduced = Mesh “{ $mesh }” has vertices with more than four joints; the four strongest were kept
character-note-weights-missing = Mesh “{ $mesh }” has { $vertices } vertices without weights; they hang on the first joint they name
character-note-no-triangles = Mesh “{ $mesh }” is made of points or lines and was left out
character-note-morph-defaults-ignored = Mesh “{ $mesh }” has non-zero default morph weights; the character starts at zero
character-note-texture-set-ignored = Material “{ $material }” has a texture on a second coordinate set, which was left out
character-note-bone-ignored = Humanoid bone “{ $bone }” is unknown, missing or used twice and was left out
character-note-humanoid-inferred = The human bones were inferred, since the file does not say; { $missing } required ones are missing
character-note-height-unusual = The character is { $metres } m tall; is the file in metres?
character-note-turned-upright = In the file the body's head is towards { $up } and it faces { $facing }; the character was turned to stand upright and face forward
character-note-sides-swapped = The joints’ names say left for what is the body’s right, as its feet point; left and right were exchanged
character-note-expression-binds-ignored = { $binds } binds of expressions name nothing that exists and were left out
character-not-humanoid-no-joints = { $path } has no joints: it can be drawn, but nobody can move it
    .fix = Export the character with its skeleton and skin.
character-not-humanoid-no-limbs = { $path } is no human: among its { $joints } joints neither names nor shape tell two legs, two arms and a head
    .fix = If it is one, write a map with `cyc character inspect FILE --map-out MAP`, name its bones in it, and give it back with `--map MAP`.
character-not-humanoid-four-legs = { $path } is no human: it stands on four legs, its spine { $degrees }° off the line of its hind legs
    .fix = If it is one, name its bones in a map and give it with `--map`.
character-not-humanoid-missing-bones = { $path } lacks bones that every humanoid has: { $bones }
    .fix = Name their joints in a map (`cyc character inspect FILE --map-out MAP`) and give it with `--map MAP`.
character-map-too-long = The map { $path } is too long: { $bytes } bytes
    .fix = A map has a line a bone and a line a face shape; make a new one with `--map-out`.
character-map-toml = The map { $path } cannot be read at line { $line }, column { $column }: { $reason }
    .fix = Correct that line. Sections are [model], [bones] and [face].
character-map-unknown-bone = { $path }, line { $line }, column { $column }: no bone is called “{ $name }”
    .fix = Did you mean “{ $nearest }”? Bones have VRM's names.
character-map-unknown-shape = { $path }, line { $line }, column { $column }: no face shape is called “{ $name }”
    .fix = Did you mean “{ $nearest }”? Shapes have ARKit's names.
character-map-axis = { $path }, line { $line }, column { $column }: “{ $name }” is no axis, or lies along the other one
    .fix = Axes are +x, -x, +y, -y, +z, -z, and facing is across up.
character-map-number = { $path }, line { $line }, column { $column }: { $value } is not between { $min } and { $max }
    .fix = Correct the number.
character-map-shared-joint = { $path }, line { $line }, column { $column }: joint “{ $joint }” is another bone's already
    .fix = Each joint is one bone; set the other one to "".
character-map-unknown-joint = { $path }, line { $line }, column { $column }: the character has no joint “{ $joint }” for { $bone }
    .fix = Did you mean “{ $nearest }”? All joints stand in the map that `--map-out` writes.
character-map-unknown-target = { $path }, line { $line }, column { $column }: the character has no morph target or expression “{ $target }”
    .fix = Did you mean “{ $nearest }”? All targets stand in the map that `--map-out` writes.
character-note-material-part-ignored = Material “{ $material }”: “{ $part }” is not used and was left out
