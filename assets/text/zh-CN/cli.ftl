# `cyc` 命令行外壳：帮助、用法错误，以及所有错误信息的外层格式。
cli-about = Cyclorama：实时接收动作捕捉数据，驱动 LED 墙画面。
cli-usage = cyc [选项] 命令
cli-heading-usage = 用法：
cli-heading-commands = 命令
cli-heading-arguments = 参数
cli-heading-options = 选项
cli-lang-help = 界面语言：en 或 zh。未指定时依次取 CYC_LANG 和系统区域设置
cli-json-help = 标准输出只输出一个包含各项数据的 JSON 对象
cli-quiet-help = 不显示进度和提示，只输出结果和错误
cli-help-help = 显示本帮助
cli-version-help = 显示版本号
cli-example = 示例：

# 错误：先说明是什么、在哪里，再说明如何处理。
cli-error = 错误：{ $message }
cli-fix = 处理办法：{ $fix }
cli-internal = 出现了不应发生的情况：{ $reason }
    .fix = 请反馈此问题，并附上所用命令和版本号（{ $version }）。
cli-cannot-write-output = 无法写入标准输出：{ $reason }
    .fix = 请检查磁盘空间，或检查接收输出的程序。

# 用法错误（退出码 2）。
cli-unknown-argument = 此命令没有参数 { $argument }。
cli-unknown-argument-similar = 此命令没有参数 { $argument }。是否要用 { $similar }？
cli-unknown-command = 没有名为“{ $command }”的命令。
cli-unknown-command-similar = 没有名为“{ $command }”的命令。是否要用 { $similar }？
cli-missing-command = 缺少命令。
cli-missing-argument = 缺少 { $argument }。
cli-missing-value = { $argument } 需要一个值。
cli-invalid-value = “{ $value }”不是 { $argument } 的有效值。
cli-invalid-value-possible = “{ $value }”不是 { $argument } 的有效值。可用的值：{ $possible }。
cli-repeated-argument = { $argument } 不能与 { $other } 同时使用，也不能重复出现。
cli-unexpected-value = { $argument } 不接受值，却给出了“{ $value }”。
cli-usage-error = 无法理解这条命令行。
cli-see-help = 参见：{ $command }
