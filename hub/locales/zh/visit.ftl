# 客人手机上的页面

visit-title = 我的预约
visit-new = 预约成功
visit-new-hint = 到店时，在自助机上出示这个码
visit-code = 到店签到码
visit-code-show = 出示签到码
visit-calendar = 加入日历
calendar-title = { $store } · { $services }

stage-held = 为您保留中
stage-booked = 您的时间
stage-running-late = 等您到店
stage-waiting = 预计开始
stage-soon = 马上就到您
stage-paused = 为您保留位置
stage-called = 请过来
stage-in-service = 预计结束
stage-served = 服务完成
stage-left = 谢谢光临
stage-cancelled = 预约已取消
stage-no-show = 今天没有等到您
stage-served-text = 请到前台
stage-left-text = 期待下次见到您
stage-cancelled-text = 您的时间已让给其他客人
stage-no-show-text = 预约时间已过，可以再约，或联系门店。
stage-called-text = 请到{ $place }
stage-called-desk = 请到前台
stage-paused-text = 回来后请告诉前台

odds = 把握 { $odds }%
odds-label = 按时的把握
today = 今天
ahead = 前面还有 { $count } 位
code-label = 您的号码

technician-free = 已准备好
technician-in_service = 正在服务上一位客人
technician-about_to_finish = 马上空出来
technician-processing_free = 有空档
technician-called = 正在为您准备
technician-break = 休息中
technician-off = 稍后到岗
developing = 静置中

progress = 项目
state-running = 进行中
state-done = 已完成

change-late = 我会迟到
change-move = 改时间
change-cancel = 取消预约
late-title = 大约晚多久？
late-minutes = { $minutes } 分钟
late-told = 好的，{ TIME($at) } 等您。
move-title = 改到什么时候？
move-earlier = 更早的日期
move-later = 更晚的日期
move-done = 已改到 { VISIT($at) }
move-empty = 这一天没有空位
move-next = 看看{ $day }
move-peak-opens = 这一天的高峰时段{ DAY($at) } { TIME($at) } 起对您开放。
move-closed = 休息
move-full = 约满
move-unstaffed = 未开放
move-free = { $count } 个时段
visit-day-label = 日期
cancel-title = 取消这个预约？
cancel-text = { VISIT($at) } 的位置会马上让给其他客人。
cancel-late = 离开始不到两小时，这个空档很难再补上。如果只是晚一点到，请告诉我们。
cancel-keep = 先不取消
cancel-yes = 取消预约
cancel-done = 已取消，谢谢您提前告知。
book-again = 再次预约

why-title = 为什么有变动
why-team = 技师的排班有调整。
why-before = 前一位客人需要多一点时间。
why-place = 位置暂时还没空出来。
why-gap = 有位置空出来，我们为您排得更好。
why-own = 已按您的改动重新安排。
why-store = 前台调整了今天的安排。

history-title = 记录
history-booked = 已预约
history-moved = 已改时间
history-cancelled = 已取消
history-late = 告知会迟到
history-arrived = 已到店
history-no_show = 记为未到店
history-no_show_reversed = 恢复等候
history-left = 已完成
history-by-you = 您
history-by-store = 门店
history-by-hub = 自动

link-title = 这个链接打不开预约
link-text = 可能链接旧了，或者不完整。请打开最近收到的链接，或重新预约；您的预约本身不受影响。
link-book = 去预约页
to-sign = 请到自助机或前台签字：{ $forms }
