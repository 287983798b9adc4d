# cyc-character: 读取 glTF 与 VRM 文件
character-in-file = { $path }：
character-too-many-file-bytes = 文件有 { $size } 字节，最多允许 { $limit } 字节
character-too-many-external-bytes = 随附文件有 { $size } 字节，最多允许 { $limit } 字节
character-too-many-buffer-bytes = 缓冲区共 { $size } 字节，最多允许 { $limit } 字节
character-too-many-decoded-bytes = 解码后将占用 { $size } 字节，最多允许 { $limit } 字节。请减少网格、变形目标或贴图。
character-too-many-json-parts = JSON 含 { $size } 个部分，最多允许 { $limit } 个
character-too-many-nodes = 有 { $size } 个节点，最多允许 { $limit } 个
character-too-many-primitives = 有 { $size } 个网格图元，最多允许 { $limit } 个
character-too-many-morph-targets = 所有图元共有 { $size } 个变形目标，最多允许 { $limit } 个
character-too-many-elements = 某个访问器或视图有 { $size } 个元素，最多允许 { $limit } 个
character-too-many-materials = 有 { $size } 个材质或贴图，最多允许 { $limit } 个
character-too-many-pixels = 某张贴图的边长为 { $size } 像素，最多允许 { $limit } 像素。请缩小贴图。
character-too-many-animations = 有 { $size } 个动画，最多允许 { $limit } 个
character-too-many-channels = 某个动画有 { $size } 个通道，最多允许 { $limit } 个
character-not-gltf = 这不是 glTF 文件：开头既不是 GLB 也不是 JSON
character-glb-cut = 这不是完整的 GLB：文件头不完整
character-gltf-version = 这是 glTF 第 { $version } 版；只读取第 2 版
character-json = 无法读取 glTF JSON，第 { $line } 行第 { $column } 列。解析器原文：{ $reason }
character-rule-not-there = { character-place } 被引用，但不存在
character-rule-names-nothing = { character-place } 引用了文件中不存在的内容
character-rule-missing = { character-place }：缺少必需的内容
character-rule-bad-value = { character-place } 的数值不符合 glTF 规范
character-rule-oversize = { character-place } 的大小超出可寻址范围
character-rule-chunks = { character-place }：数据块的类型未知或顺序错误
character-rule-parser = 无法读取 { character-place }。解析器原文：{ $reason }
character-rule-no-positions = { character-place } 没有顶点（POSITION）
character-rule-no-weights = { character-place } 带有蒙皮，但缺少关节（JOINTS_0）或权重（WEIGHTS_0）
character-rule-negative-weight = { character-place }：有顶点的权重小于零
character-rule-attribute-length = { character-place }：{ $attribute } 有 { $given } 个元素，而顶点有 { $vertices } 个
character-rule-morph-length = { character-place }：变形目标的 { $attribute } 有 { $given } 个元素，而顶点有 { $vertices } 个
character-rule-triangle-corners = { character-place }：三角形的角点数不是三的倍数
character-rule-no-joints = { character-place } 没有关节
character-rule-bind-matrices = { character-place } 有 { $joints } 个关节和 { $matrices } 个逆绑定矩阵，二者不相符
character-rule-not-affine = { character-place }：矩阵的最后一行不是 0 0 0 1
character-rule-texture-transform = { character-place }：贴图的变换含有非有限数值
character-rule-no-picture-data = { character-place } 既没有缓冲区视图也没有 URI
character-rule-no-buffer-data = { character-place }：数据既不在文件中，也不在随附文件中
character-rule-not-unsigned = { character-place } 必须是无符号整数
character-rule-component-type = { character-place } 的分量类型或形状未知
character-rule-components = { character-place } 有 { $given } 个分量，需要 { $needed } 个
character-rule-sparse-type = { character-place }：稀疏索引的类型未知
character-rule-sparse-count = { character-place } 的稀疏元素多于元素总数
character-rule-sparse-order = { character-place }：稀疏索引必须递增，且小于元素总数
character-rule-stride = { character-place }：元素相互重叠，byteStride 过小
character-rule-interpolation = { character-place } 的插值方式未知
character-rule-no-morph-targets = { character-place } 为没有变形目标的节点设置了权重动画
character-rule-key-times = { character-place }：关键帧时间必须从 0 开始递增，且每个关键帧对应一个数值（CUBICSPLINE 为三个）
character-rule-compression-lacks = { character-place }：压缩说明中缺少“{ $name }”
character-rule-compression-mode = { character-place } 的压缩模式未知
character-rule-compression-filter = { character-place } 的压缩滤波方式未知
character-rule-compression-shape = { character-place }：压缩的模式、滤波、步长与元素数不相符
character-rule-compressed-length = { character-place }：{ $count } 个元素、每个 { $stride } 字节，与其 { $bytes } 字节不相符
character-rule-no-stream = { character-place }：压缩数据流不在文件中
character-rule-stream-short = { character-place }：压缩数据流不完整
character-rule-stream-header = { character-place }：压缩数据流的开头未知
character-rule-stream-long = { character-place }：压缩数据流比其元素长
character-rule-stream-channel = { character-place }：压缩数据流含有未知类型的通道
character-rule-stream-number = { character-place }：压缩数据流含有过大的数值
character-rule-foreign-motion = 该动作不属于此文件的关节
character-rule-no-frames = 该动作没有帧，或帧不完整
character-unsupported = 该文件需要“{ $feature }”，目前不支持。请关闭该选项后重新导出。
character-draco = 文件的网格使用了 Draco 压缩，这里无法读取。请在导出时关闭该压缩（Blender：数据、网格下的“压缩”），或改用 meshopt 压缩。
character-uri-escape = { character-place }：文件名中的百分号转义无法解码
character-uri-base64 = { character-place }：内嵌数据不是有效的 base64
character-uri-data-form = { character-place }：内嵌数据缺失或不是 base64 编码
character-uri-not-local = { character-place }：引用了角色文件夹之外的文件，不允许读取
character-uri-no-resolver = { character-place }：数据存放在单独的文件中。请将角色导出为单个 .glb 文件。
character-external = { character-place }：无法读取“{ $path }”：{ $reason }
character-external-outside = { character-place }：“{ $path }”位于角色文件夹之外，不允许读取
character-external-not-a-file = { character-place }：“{ $path }”不是文件
character-external-too-large = { character-place }：“{ $path }”有 { $size } 字节，最多允许 { $limit } 字节
character-out-of-bounds = { character-place }：应结束于第 { $end } 字节，但只有 { $available } 字节。文件已损坏或不完整。
character-not-finite = { character-place }：第 { $element } 个元素不是有限数值
character-transform-not-finite = { character-place }：变换含有非有限数值
character-transform-zero-quaternion = { character-place }：旋转是零四元数
character-transform-not-affine = { character-place }：矩阵不是仿射矩阵
character-transform-scale = { character-place }：该关节的缩放为零或比例失常
character-transform-too-far = { character-place }：该关节离原点过远
character-graph-cycle = { character-place }：节点成为自己的上级，层级出现循环
character-graph-two-parents = { character-place }：节点有两个父节点
character-graph-too-deep = { character-place }：节点嵌套过深
character-skeleton-empty = 文件没有关节
character-skeleton-too-many = 有 { $joints } 个关节，但骨架最多允许 { $limit } 个
character-skeleton-unknown-parent = 关节“{ $joint }”的父关节不存在
character-skeleton-cycle = 关节“{ $joint }”成为自己的上级，层级出现循环
character-skeleton-bad-name = 关节名称“{ $name }”为空、过长或重复
character-vertex-index = { character-place }：使用了顶点 { $index }，但只有 { $vertices } 个顶点
character-joint-number = { character-place }：使用了关节 { $joint }，但蒙皮只有 { $joints } 个关节
character-picture-format = 贴图 { $picture } 既不是 PNG 也不是 JPEG
character-picture = 贴图 { $picture } 无法解码。解码器原文：{ $reason }
# 上述各条中的位置；编号从 0 开始，与 glTF 一致。
character-place = { $place ->
        [container] GLB 容器
        [json] JSON
        [buffer] 缓冲区 { $place-number }
        [buffer-view] 缓冲区视图 { $place-number }
        [accessor] 访问器 { $place-number }
        [image] 图像 { $place-number }
        [texture] 纹理 { $place-number }
        [node] 节点 { $place-number }
        [named-node] 节点 { $place-number }（{ $place-name }）
        [primitive] 网格 { $place-number } 的图元 { $place-part }
        [attribute] 网格 { $place-number } 的图元 { $place-part } 的 { $place-name }
        [skin] 蒙皮 { $place-number }
        [inverse-binds] 蒙皮 { $place-number } 的逆绑定矩阵
        [inverse-bind] 蒙皮 { $place-number } 的逆绑定矩阵 { $place-part }
        [channel] 动画 { $place-number } 的通道 { $place-part }
        [motion] 动作
       *[path] { $place-name }
    }
character-pose-too-few-joints = 姿态含 { $given } 个关节，骨架需要 { $needed } 个
character-pose-no-such-skin = 角色没有蒙皮 { $skin }
character-pose-buffer-too-short = 缓冲区可容纳 { $given } 个矩阵，需要 { $needed } 个
character-note-turned = VRM 0 模型朝向背面，已将角色旋转 180°
character-note-put-on-floor = 已将角色移动 { $metres } 米，使其站立于地面
character-note-shear-baked = 关节“{ $joint }”为非均匀缩放，已按静止姿态保留其形状
character-note-normals-computed = 网格“{ $mesh }”没有法线，已自动计算
character-note-weights-reduced = 网格“{ $mesh }”有顶点受四个以上关节影响，已保留权重最大的四个
character-note-weights-missing = 网格“{ $mesh }”有 { $vertices } 个顶点没有权重，已绑定到其引用的第一个关节
character-note-no-triangles = 网格“{ $mesh }”由点或线构成，已略过
character-note-morph-defaults-ignored = 网格“{ $mesh }”的默认变形权重不为零，角色将从零开始
character-note-texture-set-ignored = 材质“{ $material }”有贴图使用第二套纹理坐标，已略过
character-note-bone-ignored = 人形骨骼“{ $bone }”未知、缺失或重复，已略过
character-note-humanoid-inferred = 文件未说明人形骨骼，已自动推断；缺少 { $missing } 个必需骨骼
character-note-height-unusual = 角色高 { $metres } 米，请确认文件是否以米为单位
character-note-turned-upright = 文件中身体头部朝 { $up }、面朝 { $facing }，已将角色旋转为直立并面向前方
character-note-sides-swapped = 关节名称中的左右与脚的朝向不符，已将左右对调
character-note-expression-binds-ignored = 表情中有 { $binds } 个绑定指向不存在的对象，已略过
character-not-humanoid-no-joints = { $path } 没有关节：可以显示，但无法驱动
    .fix = 请连同骨架与蒙皮一起导出角色。
character-not-humanoid-no-limbs = { $path } 不是人形：在 { $joints } 个关节中，无论按名称还是按形状都找不到两条腿、两条手臂和一个头
    .fix = 如果它是人形，请用 `cyc character inspect 文件 --map-out 映射` 写出映射文件，填写骨骼名称后用 `--map 映射` 传回。
character-not-humanoid-four-legs = { $path } 不是人形：它用四条腿站立，脊柱与后腿方向相差 { $degrees }°
    .fix = 如果它是人形，请在映射文件中填写骨骼并用 `--map` 传入。
character-not-humanoid-missing-bones = { $path } 缺少人形必需的骨骼：{ $bones }
    .fix = 请在映射文件中填写对应关节（`cyc character inspect 文件 --map-out 映射`），再用 `--map 映射` 传入。
character-map-too-long = 映射文件 { $path } 过长：{ $bytes } 字节
    .fix = 映射文件每个骨骼一行、每个面部形状一行；请用 `--map-out` 重新生成。
character-map-toml = 无法读取映射文件 { $path } 第 { $line } 行第 { $column } 列：{ $reason }
    .fix = 请修改该行。可用的段为 [model]、[bones] 和 [face]。
character-map-unknown-bone = { $path } 第 { $line } 行第 { $column } 列：没有名为“{ $name }”的骨骼
    .fix = 是否为“{ $nearest }”？骨骼使用 VRM 名称。
character-map-unknown-shape = { $path } 第 { $line } 行第 { $column } 列：没有名为“{ $name }”的面部形状
    .fix = 是否为“{ $nearest }”？面部形状使用 ARKit 名称。
character-map-axis = { $path } 第 { $line } 行第 { $column } 列：“{ $name }”不是坐标轴，或与另一轴平行
    .fix = 坐标轴为 +x、-x、+y、-y、+z、-z，且面朝方向须与向上方向垂直。
character-map-number = { $path } 第 { $line } 行第 { $column } 列：{ $value } 不在 { $min } 到 { $max } 之间
    .fix = 请修改该数值。
character-map-shared-joint = { $path } 第 { $line } 行第 { $column } 列：关节“{ $joint }”已用于另一个骨骼
    .fix = 每个关节只能对应一个骨骼；请将另一个设为 ""。
character-map-unknown-joint = { $path } 第 { $line } 行第 { $column } 列：角色没有用于 { $bone } 的关节“{ $joint }”
    .fix = 是否为“{ $nearest }”？`--map-out` 写出的映射文件列有全部关节。
character-map-unknown-target = { $path } 第 { $line } 行第 { $column } 列：角色没有变形目标或表情“{ $target }”
    .fix = 是否为“{ $nearest }”？`--map-out` 写出的映射文件列有全部目标。
character-note-material-part-ignored = 材质“{ $material }”的“{ $part }”未使用，已略过
