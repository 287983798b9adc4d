# cyc calibrate：由录制文件标定演员的骨架。
calibrate-about = 由各关节都有活动的录制文件标定演员的骨架
calibrate-usage = cyc calibrate TAKE [--rig RIG | --markerset NAME] --out RIG
calibrate-rig-help = 代替内置骨架作为起点的骨架：.toml、.vsk 或 .osim
calibrate-out-help = 骨架写到何处（.toml）
calibrate-subject-help = 录制文件中有多位演员时指定其中一位。未指定时取匹配标记点最多的
calibrate-done = { $bones } 根骨骼上的 { $markers } 个标记点，用 { $frames } 帧标定，耗时 { $seconds } 秒：均方根误差标定前 { $before } 毫米，标定后 { $after } 毫米；体型为模板的 { $scale } 倍
calibrate-worst = 误差最大的标记点：{ $marker }，均方根误差 { $rms } 毫米；误差最大的帧：从头数第 { $frame } 帧
