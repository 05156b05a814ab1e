# 等候区屏幕

waiting-room-title = 等候区
calling-title = 请入座
calling-none = 请稍坐，马上为您服务
calling-none-hint = 轮到您时，这里会显示您的号码，并有铃声提醒
place-desk = 前台
queue-title = 等候中
queue-page = { $page } / { $pages }
queue-none = 现在没有人等候
queue-paused = 稍后回来
queue-soon = 马上到您
queue-unplanned = 正在安排
recent-title = 刚刚叫过
recent-none = 叫到的号码会在这里保留片刻
sound-off-tap = 声音未开启，点一下
call-code = { $color } { $number } 号
call-to-place = 请{ $who }到{ $place }。
call-to-desk = 请{ $who }到前台。
room-away-title = 屏幕稍后恢复
room-away-text = 这段时间由工作人员当面叫号，有问题请到前台询问。
