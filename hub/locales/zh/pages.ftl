page-missing-title = 这里什么也没有
page-missing-text = 这个地址没有页面，可能是输错了。
page-missing-home = 回到首页
