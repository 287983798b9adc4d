# 运行中的舞台拒绝的命令。

control-out-of-range = “{ $field }”为 { $value }，允许范围是 { $least } 到 { $most }。
    .fix = 请给出该范围内的值。
control-bad-name = “{ $field }”有 { $chars } 个字符；允许 1 到 { $most } 个，且不能含控制字符。
    .fix = 请使用舞台文件中的较短名称。

control-door-folder = 无法在 { $path } 中存放入口文件：{ $reason }
    .fix = 该文件夹必须只属于您：删除它，或用 chmod 700 改正。
control-door-cannot-write = 无法写入入口文件 { $path }：{ $reason }
    .fix = 没有它，操作面板只能凭地址找到舞台。请腾出空间，或在 XDG_RUNTIME_DIR 中写上自己的文件夹。
control-door-cannot-read = 无法读取入口文件 { $path }：{ $reason }
    .fix = 请给出 cyc run 启动时说的文件，或给出地址和令牌。
control-no-stage = 这台机器上没有舞台在运行：{ $folder } 里没有入口文件。
    .fix = 请以同一用户用 cyc run 启动一个。舞台在别处时请给出它的地址和令牌。
control-several-stages = 这台机器上有 { $count } 个舞台在运行：{ $stages }
    .fix = 请用 --door 文件 选择一个。
