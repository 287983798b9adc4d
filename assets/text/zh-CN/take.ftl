# cyc-take: 读写录制文件与交换文件
take-bvh-expected = BVH 第 { $line } 行第 { $column } 列：此处应为“{ $wanted }”，实际为“{ $found }”
take-bvh-end-of-file = BVH 第 { $line } 行：文件提前结束，此处应为“{ $wanted }”
take-bvh-bad-number = BVH 第 { $line } 行第 { $column } 列：“{ $found }”不是数字
take-bvh-second-root = BVH 第 { $line } 行：出现第二个根关节。一个 BVH 文件只能描述一个身体，请将每位演员分别导出。
take-bvh-bad-channels = BVH 第 { $line } 行第 { $column } 列：每个关节最多有三个位置通道和三个旋转通道，且不能重复
take-bvh-too-many = BVH 第 { $line } 行：{ $what } 为 { $count }，最多允许 { $limit }
take-bvh-missing-frames = BVH 第 { $line } 行：声明了 { $declared } 帧，但只有 { $found } 帧完整
take-bvh-bad-frame-time = BVH 第 { $line } 行：帧时长必须大于零
take-bvh-too-far = BVH 第 { $line } 行第 { $column } 列：位置离原点过远
take-bvh-unknown-unit = BVH 骨架尺寸为 { $size } 个单位，按任何已知单位都不是人体尺寸。请指定一个单位等于多少米。
take-bvh-skeleton = BVH 中的关节无法构成骨架：{ $reason }
take-bvh-cannot-write-roots = BVH 只能有一个根关节，而该骨架有 { $roots } 个
take-not-c3d = 这不是 C3D 文件
take-c3d-truncated = C3D 文件不完整：{ $what } 应结束于第 { $end } 字节，但文件只有 { $available } 字节
take-c3d-too-large = C3D 文件过大：{ $what } 为 { $size }，最多允许 { $limit }
take-c3d-unknown-processor = C3D 第 { $offset } 字节：处理器类型 { $found } 不是 Intel、DEC 或 SGI
take-c3d-bad-parameter = C3D 第 { $offset } 字节：参数“{ $name }”已损坏
take-c3d-inconsistent = C3D 第 { $offset } 字节：{ $what }（{ $found }）无意义或与参数段矛盾
take-c3d-no-points = C3D 文件中没有任何三维点
take-c3d-unknown-unit = 无法识别 C3D 文件的长度单位“{ $unit }”
take-io = { $path }：{ $reason }
take-exists = { $path } 已存在。录制文件不会被覆盖，请另选名称。
take-part-exists = { $path } 已存在：这是一条中断的录制留下的未完成部分，或者正在录制
    .fix = 如果现在没有程序在录制：cyc take recover { $path }。否则请另选名称。
take-no-room = { $path }：剩余 { $free } MiB，只够 { $minutes } 分钟；要求至少 { $least } 分钟
    .fix = 请腾出空间，录制到其他磁盘，或用 --least-minutes 降低要求。
take-in-file = { $path }：
take-not-mcap = 这不是 MCAP 文件
    .fix = 录制文件由 cyc record 生成，其他动作可用 cyc take pack 转成；C3D 请直接交给 cyc solve，BVH 请直接交给 cyc retarget。
take-wrong-profile = 该 MCAP 文件（profile 为“{ $profile }”）不是本版本可读取的录制文件
take-unfinished = 录制未正常结束：文件在第 { $offset } 字节处终止，缺少文件尾
take-too-large = 录制数据超出上限：{ $what ->
        [searched] 损坏之后查找的字节
       *[unpacked] 解压后的字节
    }为 { $size }，最多允许 { $limit }
take-damaged = 录制文件在第 { $offset } 字节附近损坏：{ $kind ->
        [Length] 记录的长度与内容不符
        [Number] 数字无效或超出范围
        [Count] 数量超过上限或与名单不符
        [Code] 代码没有意义
        [NoRoster] 帧出现在其名单之前
        [NoChannel] 消息出现在其通道的定义之前
        [Roster] 名单无效
        [Text] 文本无效
        [Chunk] 数据块的校验和不对
        [Version] 记录来自更新的版本
       *[Record] 长度互相矛盾
    }
take-write = 无法写入录制文件：{ $reason }
compact-not-compact = 这不是紧凑格式的录制文件
    .fix = 用 cyc take pack 可以把录制文件、C3D 或 BVH 文件变成紧凑格式。
compact-version = 紧凑文件的版本是 { $version }，本程序不认识
    .fix = 请使用更新版本的程序。
compact-truncated = 紧凑文件不完整：在第 { $bytes } 字节处结束（{ $part }）
    .fix = 请从原处重新复制该文件。
compact-damaged = 紧凑文件在第 { $offset } 字节附近损坏（{ $part }）
    .fix = 请从原处重新复制该文件。
compact-too-large = 超出紧凑文件的限制：{ $what }：{ $size }，最多 { $limit }
compact-bad-error = { $millimetres } 毫米的误差无法保证；必须在 0.001 到 100 毫米之间
compact-shape = { $what } 与轨道“{ $track }”不符
compact-unreachable = 轨道“{ $track }”的第 { $frame } 帧太远，无法保证误差
    .fix = 请用 --error-mm 允许更大的误差。
compact-no-frame = 没有第 { $frame } 帧；该轨道有 { $frames } 帧
