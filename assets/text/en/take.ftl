# cyc-take: reading and writing takes and interchange files
take-bvh-expected = BVH line { $line }, column { $column }: “{ $wanted }” was expected, “{ $found }” was found
take-bvh-end-of-file = BVH line { $line }: the file ends where “{ $wanted }” was expected
take-bvh-bad-number = BVH line { $line }, column { $column }: “{ $found }” is not a number
take-bvh-second-root = BVH line { $line }: a second root. One BVH file moves one body; export each performer to a file of its own.
take-bvh-bad-channels = BVH line { $line }, column { $column }: a joint has at most three position and three rotation channels, each once
take-bvh-too-many = BVH line { $line }: { $count } { $what }, at most { $limit } are taken
take-bvh-missing-frames = BVH line { $line }: { $declared } frames are declared, but only { $found } are complete
take-bvh-bad-frame-time = BVH line { $line }: the frame time must be greater than zero
take-bvh-too-far = BVH line { $line }, column { $column }: a position is too far from the origin
take-bvh-unknown-unit = The BVH skeleton measures { $size } units, which is no human in any known unit. Say how many metres a unit is.
take-bvh-skeleton = The BVH joints are no skeleton: { $reason }
take-bvh-cannot-write-roots = BVH can hold one root; the skeleton has { $roots }
