page-missing-title = 这里什么也没有
page-missing-text = 这个地址没有页面，可能是输错了。
page-missing-home = 回到首页
page-unbuilt-title = 页面还没有生成
page-unbuilt-text = 系统已经启动，但页面文件还没生成。请先运行一次“make build”，再刷新。
page-unbuilt-home = 再试一次
