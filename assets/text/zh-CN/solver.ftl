# cyc-solver: 绑定、校准、求解与重定向
solver-rig-too-long = 绑定文件有 { $bytes } 字节，最多读取 { $limit } 字节
solver-rig-not-readable = 绑定文件第 { $line } 行第 { $column } 列：{ $reason }
solver-rig-unknown-bone = 绑定文件第 { $line } 行第 { $column } 列：“{ $name }”不是骨骼名称
    .fix = 骨骼使用 VRM 名称，例如 leftUpperArm。
solver-rig-bone-not-in-skeleton = 绑定文件第 { $line } 行第 { $column } 列：骨架在此处还没有骨骼“{ $name }”
    .fix = 父骨骼必须写在子骨骼之前。
solver-rig-twice = 绑定文件第 { $line } 行第 { $column } 列：“{ $name }”重复出现
solver-rig-bad-dof = 绑定文件第 { $line } 行第 { $column } 列：类型为“{ $dof }”的关节{ $needs ->
        [one-axis] 需要且只需要一个 axis
        [two-axes] 需要两个 axes
        [no-axis] 不能有转轴
       *[limit-per-rotation] 的限位数量必须与旋转自由度相同，或者全部省略
    }
solver-rig-out-of-bounds = 绑定文件第 { $line } 行第 { $column } 列：“{ $name }”的数值超出范围
    .fix = 位置以米为单位，不超过 10；角度以度为单位，不超过 360。
solver-rig-other-skeleton = 标记点集“{ $markerset }”适用于骨架“{ $wanted }”，而不是“{ $given }”
solver-rig-not-a-rig = 这些部分无法组成绑定：{ $reason }
solver-vsk-too-long = VSK 文件有 { $bytes } 字节，最多读取 { $limit } 字节
solver-vsk-not-xml = VSK 第 { $line } 行第 { $column } 列：无法按 XML 读取：{ $reason }
solver-vsk-not-a-kinematic-model = 这不是 VSK 文件：根元素是“{ $root }”，而不是“KinematicModel”
solver-vsk-missing = VSK 第 { $line } 行第 { $column } 列：“{ $element }”缺少“{ $missing }”
solver-vsk-value = VSK 第 { $line } 行第 { $column } 列：“{ $text }”没有可用的数值：{ $reason }
solver-vsk-unknown-segment = VSK 第 { $line } 行第 { $column } 列：标记点“{ $marker }”所在的骨段“{ $segment }”不存在
solver-vsk-unsupported = VSK 第 { $line } 行第 { $column } 列：不支持“{ $what }”
solver-vsk-too-big = VSK 文件嵌套过深或参数过多
solver-vsk-not-a-rig = VSK 中的骨段无法组成绑定：{ $reason }
solver-osim-too-long = OpenSim 文件有 { $bytes } 字节，最多读取 { $limit } 字节
solver-osim-not-xml = OpenSim 第 { $line } 行第 { $column } 列：无法按 XML 读取：{ $reason }
solver-osim-not-a-model = 这不是 OpenSim 文件：“{ $root }”缺少“Model”
solver-osim-missing = OpenSim 第 { $line } 行第 { $column } 列：“{ $element }”缺少“{ $missing }”
solver-osim-value = OpenSim 第 { $line } 行第 { $column } 列：“{ $text }”不是 { $count } 个可用的数值
solver-osim-unknown-body = OpenSim 第 { $line } 行第 { $column } 列：“{ $name }”所在的骨段“{ $body }”不存在
solver-osim-unsupported = OpenSim 第 { $line } 行第 { $column } 列：不支持“{ $what }”
solver-osim-not-a-rig = OpenSim 中的骨段无法组成绑定：{ $reason }
solver-calibrate-too-few-frames = { $frames } 帧中只有 { $usable } 帧的标记点足够完整，校准至少需要 { $needed } 帧
    .fix = 请录制一段关节活动范围动作，并保证至少 70 % 的标记点可见。
solver-calibrate-not-this-rig = 标记点与该绑定不符：在最佳缩放下平均仍偏差 { $rms_mm } mm
    .fix = 请检查标记点集和标签是否正确。
solver-calibrate-not-a-rig = 校准结果无法组成绑定：{ $reason }
solver-retarget-missing-bones = { $side ->
        [source] 演员骨架
       *[target] 角色骨架
    }缺少必需的骨骼：{ $bones }
    .fix = 请在角色的骨骼映射中手动指定。
solver-retarget-not-standing = { $side ->
        [source] 演员骨架
       *[target] 角色骨架
    }的静止姿势不是直立姿势
    .fix = 静止姿势应为 T 姿势或 A 姿势，双脚站在 y = 0 上，面向 +Z。
solver-gait-measurement-out-of-range = 受试者的 { $name } 为 { $value }，不在 { $min } 到 { $max } { $unit } 之间
    .fix = Plug-in Gait 的长度以毫米为单位，角度以弧度为单位。
solver-gait-measurement-none = 没有任何 Plug-in Gait 的测量值
    .fix = 请提供受试者的 VSK 文件，或经 Vicon 处理过的 C3D 文件；两者都含有 LeftLegLength 这样的数值。
solver-gait-gap-marker = 看不到标记点 { $marker }
solver-gait-gap-measurement = 受试者的 { $measurement } 缺失或不受支持
solver-gait-gap-degenerate = { $segment } 的标记点无法确定该节段
solver-label-too-many-subjects = 需要标注 { $count } 个演员和道具，最多只能有 { $limit } 个
solver-label-too-few-markers = 绑定“{ $rig }”只有 { $markers } 个标记点，至少需要三个才能识别
    .fix = 请为道具增加标记点，且任意两点间的距离都不要相同。
