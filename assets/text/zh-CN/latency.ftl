# `cyc latency`：根据拍摄画面测量显示设备的延迟。
latency-about = 测量墙面显示晚了多久（根据拍摄墙面闪烁测试图的影片），或正在运行的舞台晚了多久（让摄影机突然移动）
latency-usage = cyc latency 影片 --reference X,Y,W,H --wall X,Y,W,H [选项], cyc latency --step 舞台 [选项]
latency-film-help = 摄影机或手机录制的影片（MP4 或 MOV，H.264）、Y4M 影片，或按名称排序的 PNG、JPEG 图片文件夹
latency-reference-help = 画面中立即闪烁的部分，以像素计：一盏灯，或操作员自己的显示器
latency-wall-help = 画面中随后闪烁的部分：墙面
latency-fps-help = 影片拍摄时的每秒帧数：影片自身没有写明，或影片为慢动作时使用
latency-readout-help = 摄影机滚动快门从第一行到最后一行所需的时间，占一帧时间的比例
latency-delay = 墙面比参考晚 { $frames } 帧（影片的帧）；共 { $flashes } 次闪烁，最多相差 { $spread } 帧。
latency-delay-ms = 即 { $ms } 毫秒：请在舞台文件中写为该墙面的 display_latency_ms。
latency-cannot-read = 无法读取 { $path }：{ $reason }
    .fix = 请给出影片（H.264 的 MP4 或 MOV，或 Y4M），或 PNG、JPEG 图片文件夹。
latency-bad-film = { $path } 既不是 MP4 或 MOV，也不是能读到结尾的 8 位 Y4M 影片（{ $what }）。
    .fix = 请转换：ffmpeg -i 影片 -pix_fmt yuv420p film.y4m
latency-bad-video = 无法将 { $path } 作为视频读取：{ $reason }。
    .fix = 请用 H.264 拍摄（iPhone：设置、相机、格式、兼容性最佳），或转换：ffmpeg -i FILM -pix_fmt yuv420p film.y4m
latency-outside = 有一部分在 { $width } × { $height } 像素的画面之外。
    .fix = 请更正 --reference 或 --wall：左边、上边、宽、高。
latency-bad-part = “{ $written }”不是画面的一部分。
    .fix = 请以像素写出左边、上边、宽、高，例如 100,200,80,80
latency-reference-dark = 参考部分没有闪烁。
    .fix = 请检查 --reference，并拍摄多次闪烁，既不太暗也不过曝。
latency-wall-dark = 墙面没有闪烁。
    .fix = 请检查 --wall，以及墙面是否在显示闪烁测试图。
latency-no-pairs = 墙面没有任何闪烁跟在参考之后。
    .fix = 请同时拍摄两者，闪烁的间隔要大于延迟。
latency-step-help = 测量正以此文件运行的舞台：用虚拟跟踪器代替摄影机的跟踪器，让摄影机突然移动，由舞台报告哪一帧画面显示了它。请先停止真实的跟踪器
latency-steps-help = 移动次数（20；每次一秒多）
latency-stepping = { "  " }移动
latency-steps =
    “{ $camera }”：从跟踪数据包到画面送出 { $p50 } 毫秒（{ $steps } 次移动的中位数；最短 { $least }，99% { $p99 }，最长 { $most } 毫秒）。
    相当于 { $pictures } 帧，每帧 { $picture } 毫秒。{ $lost ->
        [0] 每次移动都显示了。
       *[other] 在下一次移动之前没有显示的移动：{ $lost }。
    }
    显示设备再加 { $display } 毫秒（舞台文件中的 display_latency_ms）：到发光共 { $light } 毫秒。
latency-no-camera = 舞台“{ $stage }”没有可以移动的摄影机。
    .fix = 请给出含有 [[camera]] 的舞台文件。
latency-other-stage = 舞台文件是“{ $stage }”，但正在运行的是“{ $runs }”。
    .fix = 请给出正在运行的舞台文件，或指明正确舞台的入口：--door FILE
latency-not-served = 没有虚拟跟踪器可以代替 { $url }。
    .fix = 请让摄影机的信号源在本机上，例如 url = "vicon://127.0.0.1:8801"，运行舞台后再试。
latency-not-heard = 舞台没有从虚拟跟踪器 { $url } 收到“{ $camera }”。
    .fix = 请停止真实的跟踪器，确认运行的就是这个舞台文件，并查看 `cyc top` 的提示。
latency-not-shown = 舞台的画面没有显示“{ $camera }”的移动。
    .fix = 请用 `cyc top` 查看舞台是否输出画面（不要用 --no-picture），以及摄影机跟随哪个信号源。
