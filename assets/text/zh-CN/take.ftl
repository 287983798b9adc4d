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
