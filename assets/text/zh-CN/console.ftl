console-no-window = 无法打开窗口：{ $reason }
    .fix = 可改用 --headless 生成图片、影片和报告，或运行 cyc doctor 查看原因。

console-key-title = 按键
console-key-blackout = 黑场，开/关
console-key-freeze = 冻结画面，开/关
console-key-pattern = 所有墙面换下一个测试图
console-key-chroma-key = 播出机位的绿幕，开/关
console-key-undo = 撤销
console-key-take = 开始录制已备好的条；停止正在录的条
console-key-close = 按 F1 或 ? 关闭。观众或录制会察觉的操作要加 Shift。
console-key-wants-shift = Shift + { $key }：{ $what }
console-key-no-camera = 没有机位在播出。
console-key-no-take = 没有备好的条。
console-key-done = 已执行
console-key-refused = 被拒绝
