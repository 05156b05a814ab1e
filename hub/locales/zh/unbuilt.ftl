page-unbuilt-title = 页面还没有生成
page-unbuilt-text = 系统已经启动，但页面文件还没生成。请先运行一次“make build”，再刷新。
page-unbuilt-home = 再试一次
