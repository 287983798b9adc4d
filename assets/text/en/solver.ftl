# cyc-solver: rigs, calibration, fitting, retargeting
solver-rig-too-long = The rig file has { $bytes } bytes; at most { $limit } are read
solver-rig-not-readable = Rig file, line { $line }, column { $column }: { $reason }
solver-rig-unknown-bone = Rig file, line { $line }, column { $column }: “{ $name }” is no bone
    .fix = Bones have VRM’s names, such as leftUpperArm.
solver-rig-bone-not-in-skeleton = Rig file, line { $line }, column { $column }: the skeleton has no bone “{ $name }” at this point
    .fix = A parent must stand before its children.
solver-rig-twice = Rig file, line { $line }, column { $column }: “{ $name }” is given twice
solver-rig-bad-dof = Rig file, line { $line }, column { $column }: a joint of kind “{ $dof }” needs { $needs ->
        [one-axis] exactly one “axis”
        [two-axes] two “axes”
        [no-axis] no axis
       *[limit-per-rotation] as many limits as it has rotations, or none
    }
solver-rig-out-of-bounds = Rig file, line { $line }, column { $column }: “{ $name }” has a number out of bounds
    .fix = Places are in metres, at most 10; angles in degrees, at most 360.
solver-rig-other-skeleton = Marker set “{ $markerset }” is made for the skeleton “{ $wanted }”, not for “{ $given }”
solver-rig-not-a-rig = The parts do not make a rig: { $reason }
solver-vsk-too-long = The VSK file has { $bytes } bytes; at most { $limit } are read
solver-vsk-not-xml = VSK line { $line }, column { $column }: not readable as XML: { $reason }
solver-vsk-not-a-kinematic-model = This is not a VSK file: its root element is “{ $root }”, not “KinematicModel”
solver-vsk-missing = VSK line { $line }, column { $column }: “{ $element }” has no “{ $missing }”
solver-vsk-value = VSK line { $line }, column { $column }: “{ $text }” has no usable value: { $reason }
solver-vsk-unknown-segment = VSK line { $line }, column { $column }: marker “{ $marker }” sits on the unknown segment “{ $segment }”
solver-vsk-unsupported = VSK line { $line }, column { $column }: “{ $what }” is not supported
solver-vsk-too-big = The VSK file is nested too deeply or has too many parameters
solver-vsk-not-a-rig = The segments of the VSK do not make a rig: { $reason }
solver-osim-too-long = The OpenSim model has { $bytes } bytes; at most { $limit } are read
solver-osim-not-xml = OpenSim model line { $line }, column { $column }: not readable as XML: { $reason }
solver-osim-not-a-model = This is not an OpenSim model: “{ $root }” has no “Model”
solver-osim-missing = OpenSim model line { $line }, column { $column }: “{ $element }” has no “{ $missing }”
solver-osim-value = OpenSim model line { $line }, column { $column }: “{ $text }” is not { $count } usable numbers
solver-osim-unknown-body = OpenSim model line { $line }, column { $column }: “{ $name }” sits on the body “{ $body }”, which does not exist
solver-osim-unsupported = OpenSim model line { $line }, column { $column }: “{ $what }” is not supported
solver-osim-not-a-rig = The bodies of the OpenSim model do not make a rig: { $reason }
solver-calibrate-too-few-frames = Only { $usable } of { $frames } frames show enough markers; calibration needs at least { $needed }
    .fix = Record a range of motion in which at least 70 % of the markers are seen.
solver-calibrate-not-this-rig = The markers do not fit this rig: { $rms_mm } mm off on average at the best scale
    .fix = Check the marker set and the labels.
solver-calibrate-not-a-rig = The calibrated parts do not make a rig: { $reason }
solver-retarget-missing-bones = { $side ->
        [source] The performer’s skeleton
       *[target] The character’s skeleton
    } lacks bones that every human needs: { $bones }
    .fix = Map them by hand in the character’s bone map.
solver-retarget-not-standing = { $side ->
        [source] The performer’s skeleton
       *[target] The character’s skeleton
    } does not stand upright in its rest pose
    .fix = The rest pose must be a T or A pose, standing on y = 0 and facing +Z.
solver-gait-measurement-out-of-range = The subject’s { $name } is { $value }, which is not between { $min } and { $max } { $unit }
    .fix = Plug-in Gait takes lengths in millimetres and angles in radians.
solver-gait-measurement-none = There is no measurement of Plug-in Gait
    .fix = Give a VSK of the subject, or a C3D that Vicon has processed; both hold values such as LeftLegLength.
solver-gait-gap-marker = marker { $marker } is not seen
solver-gait-gap-measurement = the subject’s { $measurement } is missing or not supported
solver-gait-gap-degenerate = the markers of { $segment } do not span it
solver-label-too-many-subjects = { $count } performers and props are to be labelled; at most { $limit } can be
solver-label-too-few-markers = Rig “{ $rig }” has { $markers } markers; at least three are needed to recognise it
    .fix = Give the prop more markers, with no two distances alike.
