# 运行中的舞台拒绝的命令。

control-out-of-range = “{ $field }”为 { $value }，允许范围是 { $least } 到 { $most }。
    .fix = 请给出该范围内的值。
control-bad-name = “{ $field }”有 { $chars } 个字符；允许 1 到 { $most } 个，且不能含控制字符。
    .fix = 请使用舞台文件中的较短名称。
