# `cyc stage check`：检查影棚文件能否使用。
stage-check-about = 检查影棚文件：列出每处错误及其行号、所有墙面、摄影机和数据源，并可绘制平面图
stage-check-usage = cyc stage check [选项] 文件
stage-check-file-help = 影棚文件（TOML）
stage-check-picture-help = 绘制影棚：平面图和透视图
stage-check-heading = { $name }：画布 { $width } × { $height } 像素，每秒 { $rate } 帧
stage-check-wall = 墙面
stage-check-camera = 摄影机
stage-check-outer = 外视野
stage-check-outer-follows = 视点跟随 { $camera }
stage-check-performer = 表演者
stage-check-prop = 道具
stage-check-source = 数据源
stage-check-output = 输出
stage-check-plane = 平面
stage-check-cylinder = 弧形
stage-check-folded = 折面
stage-check-mesh = 网格
stage-check-good = 影棚文件可以使用。
stage-check-drawn = 图片：{ $path }（平面图和透视图，网格 1 米，平面图上方为 -Z；蓝色：墙面及其发光侧；橙色等：摄影机在起始位置的视野；绿色：捕捉空间原点；灰色：外视锥视点，跟随摄影机时在圆圈之内；红色：数字人）
stage-check-no-such-file = 找不到文件 { $path }。
    .fix = 路径先从影棚文件所在文件夹查找，再从当前文件夹查找。
stage-check-not-usable = { $path } 无法使用：共 { $count } 处错误。
    .fix = 请改正上面列出的各行，然后重新检查。

# `cyc stage import`：其他程序的配置。
stage-import-about = 由 nDisplay 配置（JSON）或 MPCDI 校准（全部类型）生成影棚文件
stage-import-usage = cyc stage import [选项] 文件 --out TOML
stage-import-file-help = 配置文件（.ndisplay）或压缩包（.mpcdi）
stage-import-out-help = 要写入的影棚文件
stage-import-width-help = MPCDI 2d：整个画面的宽度，单位米（默认 4）
stage-import-distance-help = MPCDI：文件中没有距离的墙面有多远，单位米（默认 5）
stage-import-eye-help = MPCDI：视点离地面的高度，单位米（默认 1.6）
stage-import-up-help = MPCDI a3：位置的 Z 轴向上，而不是 Y 轴
stage-mpcdi-no-archive = 这不是 MPCDI 压缩包（ZIP），或已损坏。
    .fix = 请重新导出或复制校准；不完整的压缩包无法读取。
stage-mpcdi-too-large = 压缩包中 { $name } 有 { $count } { $of ->
        [samples] 个样本
        [regions] 个区域
       *[bytes] 字节或更多（解压后）
    }，最多允许 { $limit }。
stage-mpcdi-archive-too-large = 压缩包有 { $count } { $of ->
        [files] 个文件
       *[bytes] 字节
    }，最多允许 { $limit }。
stage-mpcdi-no-file = 文件中没有 { $name }。
stage-mpcdi-bad-part = 文件中 { $part } 缺失或没有意义。
stage-export-about = 把影棚的墙面和摄影机写成 glTF 场景，供其他程序使用
stage-export-usage = cyc stage export 影棚文件 --out GLB
stage-export-out-help = 要写入的 glTF 文件（.glb）
stage-export-done = 已将 { $walls } 面墙和 { $cameras } 台摄影机写入 { $path }
stage-import-done = 已将 { $walls } 面墙写入 { $path }
stage-import-left-mesh = “{ $part }”投在网格“{ $what }”上，而配置中不含其形状。它的墙已作为注释写入影棚文件。
    .fix = 请从引擎把该网格导出为 glTF 或 OBJ，放在影棚文件旁，在那里写上文件名并去掉注释符号。
stage-import-left-camera = “{ $part }”显示引擎运行时选择的摄影机画面；它不是墙，已略过。
    .fix = 墙面无需处理。电影摄影机请写成带有数据源和镜头的 [[camera]]；面板和 cyc run --preview 会显示其画面。
stage-import-left-no-file = “{ $part }”的形状来自“{ $what }”，但该文件不在配置文件旁；已略过。
    .fix = 请把该文件复制到配置文件所在文件夹，然后重新导入。
stage-import-left-bare-map = “{ $part }”的形状来自浮点图“{ $what }”，配置中没有写明其单位和坐标轴；已略过。
    .fix = 请把校准导出为写明两者的 MPCDI 文件，在策略中指定它，或单独导入它。
stage-import-left-calibration = “{ $part }”使用“{ $what }”类型的校准，无法读取；已略过。
    .fix = 请用生成它的程序导出为 MPCDI，然后导入。
stage-import-left-linked = “{ $part }”显示另一个视口的内容；已略过。
    .fix = 墙面无需处理：每面墙只绘制一次。
stage-import-left-frustum = “{ $part }”的视锥以数值给出（策略“{ $what }”），没有说明墙面在何处；已略过。
    .fix = 请在引擎中为该视口使用带屏幕的“simple”策略，或在影棚文件中以 [[wall]] 写出该墙面。
stage-import-left-blending = “{ $part }”：混合图 { $what } 用于重叠的投影机，已略过。
stage-import-too-large = 配置文件有 { $bytes } 字节，最多允许 { $limit } 字节。
stage-import-not-json = 这不是 JSON：第 { $line } 行第 { $column } 列处中断或有错误。
    .fix = 请从引擎重新导出配置（.ndisplay）；不读取旧版引擎的 .cfg 文件。
stage-import-not-ndisplay = 此 JSON 不是 nDisplay 配置：其中没有 nDisplay.cluster.nodes。
    .fix = 请从引擎导出 JSON 配置（.ndisplay）；不读取旧版引擎的 .cfg 文件。
stage-import-too-many-nodes = 配置中有 { $count } 个节点，影棚最多允许 { $limit } 个。
    .fix = 请删除不显示墙面的节点，或分几次导入配置。
stage-import-too-many-walls = 配置中属于墙面的视口超过 { $limit } 个，影棚不能再多。
    .fix = 请删除一些视口，或分几次导入配置。
stage-import-bad-window = 节点“{ $node }”没有带 x、y、w、h 的窗口，或窗口为空或过大。
    .fix = 请在引擎中为该节点设置窗口，然后重新导出配置。
stage-import-bad-region = 视口“{ $viewport }”没有位于其节点窗口之内的区域（x、y、w、h）。
    .fix = 请在引擎中为该视口设置窗口内的像素，然后重新导出配置。
stage-import-no-policy = 视口“{ $viewport }”没有说明如何投影：其 projectionPolicy 没有 type。
    .fix = 请在引擎中为该视口选择投影策略，然后重新导出配置。
stage-import-unknown = 视口“{ $viewport }”指定了“{ $name }”，但配置的场景中没有它。
    .fix = 请选择已有的屏幕或原点，或把它加入场景，然后重新导出配置。
stage-import-bad-place = { $at } 没有数字形式的 location（x、y、z，单位 cm）或 rotation（pitch、yaw、roll，单位度）。
    .fix = 请从引擎重新导出配置，或在那里写上数字。
stage-import-bad-size = { $at } 没有大于零的 size（width、height，单位 cm）。
    .fix = 请在引擎中为该屏幕设置尺寸，然后重新导出配置。
stage-import-no-parent = { $at } 挂在“{ $parent }”上，但配置的场景中没有它。
    .fix = 请把它挂到已有的对象上，然后重新导出配置。
stage-import-circle = { $at } 挂在它自己上，或一个接一个地挂在超过 { $limit } 个对象上。
    .fix = 请在引擎中解除它的挂接，然后重新导出配置。
stage-import-in-archive = 视口“{ $viewport }”，{ $file }：
stage-import-no-wall = 配置中没有策略为“simple”、“mpcdi”或“mesh”的视口，因此没有墙面。
    .fix = 请为墙面上的视口选择其中一种策略，然后重新导出配置。
stage-import-not-written = 无法写入 { $path }：{ $reason }
