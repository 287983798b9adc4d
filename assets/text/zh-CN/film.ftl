film-picture-wrong-size = { $bytes } 字节无法构成 { $width } × { $height } 像素的图像。这是程序的错误，请反馈给我们。
film-cannot-write = 无法写入 { $path }：{ $reason }。请检查文件夹是否存在、是否可写、磁盘是否还有空间。
film-wrong-size = 影片的宽和高必须是不小于 16 像素的偶数，现在是 { $width } × { $height }。
film-frame-size = 第 { $frame } 帧有 { $bytes } 字节，而影片每帧应为 { $expected } 字节。这是程序的错误，请反馈给我们。
film-encoder-stopped = 视频编码器在第 { $frame } 帧停止：{ $reason }。PNG 图像不受影响，均已完整保存。
