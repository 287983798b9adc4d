# `cyc stage check`：检查影棚文件能否使用。
stage-check-about = 检查影棚文件：列出每处错误及其行号、所有墙面、摄影机和数据源，并可绘制平面图
stage-check-usage = cyc stage check [选项] 文件
stage-check-file-help = 影棚文件（TOML）
stage-check-picture-help = 绘制影棚：平面图和透视图
stage-check-heading = { $name }：画布 { $width } × { $height } 像素，每秒 { $rate } 帧
stage-check-wall = 墙面
stage-check-camera = 摄影机
stage-check-performer = 表演者
stage-check-prop = 道具
stage-check-source = 数据源
stage-check-output = 输出
stage-check-plane = 平面
stage-check-cylinder = 弧形
stage-check-folded = 折面
stage-check-mesh = 网格
stage-check-good = 影棚文件可以使用。
stage-check-drawn = 图片：{ $path }（平面图和透视图，网格 1 米，平面图上方为 -Z；蓝色：墙面及其发光侧；橙色等：摄影机在起始位置的视野；绿色：捕捉空间原点；灰色：外视锥视点；红色：数字人）
stage-check-no-such-file = 找不到文件 { $path }。
    .fix = 路径先从影棚文件所在文件夹查找，再从当前文件夹查找。
stage-check-not-usable = { $path } 无法使用：共 { $count } 处错误。
    .fix = 请改正上面列出的各行，然后重新检查。

# `cyc stage import`：其他程序的配置。
stage-import-about = 由 nDisplay 配置（JSON）生成影棚文件：屏幕、窗口、视口和视点
stage-import-usage = cyc stage import [选项] 文件 --out TOML
stage-import-file-help = 配置文件（.ndisplay）
stage-import-out-help = 要写入的影棚文件
stage-import-done = 已将 { $walls } 面墙写入 { $path }
stage-import-skipped = 已略过：视口“{ $viewport }”，策略“{ $policy }”，其形状不在文件中。
stage-import-too-large = 配置文件有 { $bytes } 字节，最多允许 { $limit } 字节。
stage-import-not-ndisplay = 这不是 nDisplay 配置：{ $reason }
    .fix = 请从引擎导出 JSON 配置（.ndisplay）；不读取旧版引擎的 .cfg 文件。
stage-import-bad-part = 配置中 { $part } 缺失或没有意义。
stage-import-no-wall = 配置中没有策略为“simple”的视口，因此没有墙面的形状。
stage-import-not-written = 无法写入 { $path }：{ $reason }
