# 网上预约

book-title = 预约
book-way = 预约步骤
book-step-services = 选项目
book-step-when = 选时间
book-step-details = 填信息

services-title = 您想做什么？
services-none = 暂时不能网上预约
services-none-hint = 请致电门店
services-chosen = 已选 { $count } 项
price-none = 到店咨询
choose-time = 选时间

when-title = 什么时候方便？
who-label = 由谁来做
who-any = 都可以
who-woman = 女技师
who-man = 男技师
day-label = 日期
day-free = { $count } 个时段
day-full = 约满
day-closed = 休息
day-closed-hint = 这一天门店休息
day-full-hint = 这一天已约满
day-next = 看看{ $day }
day-hours = 营业时间 { $hours }
slot-taken = { TIME($at) }刚被别人约走了。最接近的还有：
part-morning = 上午
part-afternoon = 下午
part-evening = 傍晚

hold-left = 为您保留
hold-gone = 保留时间已过，请重新选择时间
details-title = 怎么称呼您？
name-label = 姓名
name-missing = 请填写姓名
title-label = 称呼
title-ms = 女士
title-mr = 先生
title-none = 不填
phone-label = 手机号
phone-hint = 只用于这次预约的联系
phone-missing = 请填写手机号
note-label = 备注
consent = 我同意{ $store }为本次预约保存我的姓名和手机号。
consent-missing = 需要您的同意才能保存预约
confirm = 确认预约
