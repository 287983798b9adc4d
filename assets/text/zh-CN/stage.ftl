stage-too-large = 舞台文件有 { $bytes } 字节，最多允许 { $limit } 字节。
stage-syntax = 第 { $line } 行第 { $column } 列：TOML 语法有误（{ $message }）。
    .fix = 请改正该行；各项设置的写法见 rigs/stages/demo.toml。
stage-unknown-key = 第 { $line } 行第 { $column } 列：此处没有名为“{ $word }”的设置。
    .fix = 请改正名称，或将其删除。此处可用的设置：{ $known }。
stage-unknown-word = 第 { $line } 行第 { $column } 列：此处不能写“{ $word }”。
    .fix = 请写以下之一：{ $known }。
stage-missing-key = 第 { $line } 行第 { $column } 列：此处缺少设置“{ $word }”。
    .fix = 请补上；cyc config init 会列出全部设置。
stage-twice = 第 { $line } 行第 { $column } 列：此项在文件中出现了两次。
    .fix = 请删除其中一个。
stage-other-kind = 第 { $line } 行第 { $column } 列：此处需要{ $wanted ->
        [text] 文本（带引号）
        [whole] 整数
        [count] 不小于 0 的整数
        [number] 数字
        [truth] true 或 false
        [table] 表
        [list] 列表
       *[list-of] {" "}{ $count } 个值的列表
    }，而写的是{ $found ->
        [text] 文本
        [whole] 整数
        [number] 数字
        [truth] true 或 false
        [table] 表
       *[list] 列表
    }。
    .fix = 请改正该行；各项设置的写法见 rigs/stages/demo.toml。
stage-out-of-range = 第 { $line } 行第 { $column } 列：{ $path } 的取值范围是 { $min } 到 { $max }。
stage-no-rotation = 第 { $line } 行第 { $column } 列：{ $path } 不是有效的旋转，请填写长度为 1 的四元数 x, y, z, w。
stage-missing = 第 { $line } 行第 { $column } 列：缺少 { $path }。
stage-unused = 第 { $line } 行第 { $column } 列：{ $path } 在这里没有意义，请删除。
stage-bad-name = 第 { $line } 行第 { $column } 列：{ $path } 为空、过长或重复。
stage-unknown-name = 第 { $line } 行第 { $column } 列：{ $path }：此文件中没有名为“{ $name }”的项。
stage-too-many = 第 { $line } 行第 { $column } 列：{ $path } 有 { $count } 项，最多允许 { $limit } 项。
stage-beyond-canvas = 第 { $line } 行第 { $column } 列：{ $path }：屏幕超出了最大画布 { $limit } 像素。
stage-overlaps = 第 { $line } 行第 { $column } 列：{ $path }：该屏幕与屏幕“{ $other }”的画布像素重叠。
stage-eye-behind-wall = 第 { $line } 行第 { $column } 列：{ $path } 位于屏幕“{ $wall }”正面之后 { $distance } 米。请将外视锥视点放在表演区内。
stage-bad-frame-rate = 第 { $line } 行第 { $column } 列：{ $path } 不是有效的帧率，请写 "24"、"29.97" 或 "24000/1001"。
stage-bad-timecode = 第 { $line } 行第 { $column } 列：{ $path } 不是时间码，请写成 "10:00:00:00"。
stage-lens-folds = 第 { $line } 行第 { $column } 列：{ $path }：该镜头畸变会使画面自身折叠，请检查畸变系数及其模型。
stage-same-rings = 第 { $line } 行第 { $column } 列：{ $path }：有两个点处于镜头环的同一位置，请去掉一个。
stage-not-one-of = 第 { $line } 行第 { $column } 列：{ $path } 必须是下列之一：{ $words }。
stage-bad-map = 第 { $line } 行第 { $column } 列：{ $path } 必须恰好包含屏幕的每个箱体一次。
    .fix = 每块写作 cabinets = [首列, 首行, 列数, 行数]，从 0 开始计数。
stage-bad-folds = 第 { $line } 行第 { $column } 列：{ $path }：每个面板都要有宽度和自己的列，各列之和必须等于屏幕的列数。
stage-outside-display = 第 { $line } 行第 { $column } 列：{ $path }：显示输出“{ $display }”没有包含该屏幕的全部画布像素。
stage-bad-address = 第 { $line } 行第 { $column } 列：{ $path } 不是有效的地址，请写 "127.0.0.1:8470"；机器地址不带端口。
stage-not-loopback = 第 { $line } 行第 { $column } 列：{ $path } 必须是仅限本机的地址，例如 "127.0.0.1:8470"，或写 "off"。
stage-outside-folder = 第 { $line } 行第 { $column } 列：{ $path } 必须是舞台文件所在文件夹内的路径。
stage-not-read = 第 { $line } 行第 { $column } 列：{ $path }：无法读取 { $file }：{ $reason }
stage-mesh-too-large = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：它有 { $bytes } 字节，最多允许 { $limit } 字节。
    .fix = 请导出较少的三角形：平面部分只需两个。
stage-mesh-unknown-format = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：它既不是 OBJ 也不是 glTF。
    .fix = 请把墙面导出为 OBJ 或 glTF（.glb）。
stage-mesh-line-no-number = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其第 { $at_line } 行有坐标缺失或不是数字。
stage-mesh-line-no-vertex = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其第 { $at_line } 行的一个角引用了之前没有出现的顶点。
stage-mesh-line-no-texture = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其第 { $at_line } 行的一个角没有纹理坐标。
    .fix = 请在建模程序中展开墙面（纹理坐标 0 到 1），并一并导出。
stage-mesh-line-few-corners = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其第 { $at_line } 行的面少于三个角。
stage-mesh-too-many = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：它的三角形超过 { $triangles } 个，或顶点超过 { $vertices } 个。
    .fix = 请导出较少的三角形：平面部分只需两个。
stage-mesh-no-object = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其中没有名为“{ $name }”的对象。
    .fix = 请在 object 处写上文件中对象、组或节点的名称，或省略它以使用全部。
stage-mesh-empty = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其中没有在影棚和纹理上都有面积的三角形。
    .fix = 墙面需要带纹理坐标（0 到 1）的三角形。
stage-mesh-corner = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其中一个角没有顶点。
stage-mesh-coordinate = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其中有坐标不是数字，或距离超过墙面允许的范围。
    .fix = 请检查单位：unit 说明文件中数字的单位。
stage-mesh-beyond-texture = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：它的纹理坐标超出 0 到 1。
    .fix = 请展开墙面，使纹理坐标在 0 到 1 之间：它们说明每个像素的位置。
stage-mesh-doubled = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：它的两个部分在纹理上重叠，位置距左边 { $across } %、距上边 { $down } %。
    .fix = 每个像素只能在一个位置：请把各部分并排展开，或为每个部分建一面墙（用 object 键取文件中的一个部分）。
stage-mesh-not-json = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其 JSON 在第 { $at_line } 行第 { $at_column } 列处中断或有错误。
stage-mesh-bad-container = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其容器已损坏，或不是版本 2。
stage-mesh-no-scene = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其中没有场景。
stage-mesh-no-file = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其缓冲区 { $buffer } 在文件 { $beside } 中，无法读取：{ $reason }
    .fix = 请把该文件放在它旁边（舞台文件所在的文件夹内），或另存为 .glb，数据包含在内。
stage-mesh-extension = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：它需要 glTF 扩展 { $name }，此处不读取。
    .fix = 导出时请不要压缩，也不要使用实例。
stage-mesh-bad-transform = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其中一个 KHR_texture_transform 含有不是数字的内容。
stage-mesh-line-crossed = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：在其第 { $at_line } 行结束的面与自身相交，或有缺口且超过 256 个角。
    .fix = 请导出三角形：多数建模软件可以这样导出。
stage-mesh-no-data = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其缓冲区 { $buffer } 没有数据或数据已损坏。
stage-mesh-circle = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其节点过多、过深或构成循环。
stage-mesh-bad-node = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其中一个节点的 { $key } 无效。
stage-mesh-no-triangles = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其网格 { $mesh } 不是由三角形组成。
    .fix = 请导出三角形，不要条带、线和点。
stage-mesh-no-attribute = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其网格 { $mesh } 没有 { $attribute }。
    .fix = 墙面需要带纹理坐标（0 到 1）的三角形。
stage-mesh-other-numbers = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其访问器 { $accessor } 含有此处不读取的数字类型。
    .fix = 请原样导出位置和纹理坐标，不要稀疏数据。
stage-mesh-beyond-buffer = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不能作为墙面：其访问器 { $accessor } 超出缓冲区。
stage-override-out-of-range = 屏幕无法这样显示：{ $what } 必须在 { $min } 到 { $max } 之间。
stage-override-none = 没有编号为 { $index } 的 { $what }；舞台只有 { $count } 个。
stage-override-bad-name = 光卡名称“{ $name }”为空、过长或重复。
stage-no-inverse = 第 { $line } 行第 { $column } 列：{ $path } 把多种颜色变成同一种；校准矩阵必须可逆。
stage-table-too-large = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：文件有 { $bytes } 字节，最多读取 { $limit } 字节。
    .fix = 请导出边长 33 或 65 的立方体和 4096 项的曲线：校准不需要更多。
stage-table-no-text = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：它不是文本。
    .fix = 请导出为 .cube 文本文件。
stage-table-no-size = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：数据之前没有 LUT_1D_SIZE 或 LUT_3D_SIZE。
stage-table-bad-size = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：其第 { $at_line } 行的大小必须在 2 到 { $limit } 之间。
stage-table-bad-word = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：其第 { $at_line } 行的“{ $word }”不是此格式的关键字、重复出现，或出现在数据之后。
stage-table-bad-numbers = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：其第 { $at_line } 行必须是 { $wanted } 个有限的数字。
stage-table-empty-domain = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：输入的最大值不大于最小值。
    .fix = 请检查 DOMAIN_MIN 和 DOMAIN_MAX，或 LUT_1D_INPUT_RANGE 和 LUT_3D_INPUT_RANGE。
stage-table-bad-count = 第 { $line } 行第 { $column } 列：{ $path }：{ $file } 不是颜色表（.cube）：它有 { $count } 项数据，而其大小要求 { $wanted } 项。
    .fix = 文件不完整或大小写错：请重新导出。
