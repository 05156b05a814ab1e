# 所有屏幕共用的文字：语言、连接、错误，以及门店用语。

product = 沙龙中枢
language-en = English
language-zh = 中文
language-choose = 语言

connection-loading = 正在连接
connection-live = 实时
connection-stale = 已 { $age }未更新
connection-offline = 已断线 · 显示 { $at } 的内容
connection-offline-never = 已断线
connection-error = 暂不可用
connection-forbidden = 无权查看

age-seconds = { $count } 秒
price-none = 价格面议
age-minutes = { $count } 分钟
age-hours = { $count } 小时

button-ok = 好
button-cancel = 取消
button-close = 关闭
button-back = 返回
button-next = 下一步
button-done = 完成
button-undo = 撤销
button-undo-left = 撤销（{ $seconds }）
button-retry = 再试一次
button-reload = 刷新页面
button-sign-in = 登录
button-home = 首页
button-sign-out = 退出登录
button-more = 更多
button-dismiss = 知道了
key-delete = 删除一位
key-clear = 清空

field-optional = 选填
list-moved = 有变动
loading = 正在加载

outbox-waiting = 还有 { $count } 项操作未发送
outbox-sending = 正在发送
outbox-cut-off = 网络断开：您的操作已存在本机，恢复后自动发送
outbox-not-durable = 此浏览器无法保存数据：刷新页面会丢失未发送的操作
outbox-conflict = 未被接受：{ $what }
outbox-again = 重新发送
outbox-conflicts = { $count } 项操作未被接受
outbox-look = 查看
outbox-dismiss-these = 这 { $count } 项都知道了

sound-off = 声音未开启
sound-tap = 点一下，开启声音
sound-on = 声音已开启
sound-none = 本机没有声音
sound-test = 测试声音

said-unknown = 有一条新消息，本页面暂时无法显示（{ $code }）
error-unreachable = 连接不上门店主机。请检查网络，页面会自动重试。
error-unknown = 出了点问题（{ $code }），没有做任何更改。
error-page = 页面已停止（{ $code }）。请刷新，已确认的内容不会丢失。
error-code = 代码 { $code }

state-booking-held = 占位中
state-booking-confirmed = 已确认
state-booking-expected = 待到店
state-booking-arrived = 已到店
state-booking-done = 已完成
state-booking-cancelled_by_customer = 客人取消
state-booking-cancelled_by_store = 门店取消
state-booking-late_cancel = 临时取消
state-booking-no_show = 未到店

state-visit-arrived = 已到店
state-visit-forms_pending = 待填表
state-visit-waiting = 等候中
state-visit-called = 已叫号
state-visit-in_room = 已入座
state-visit-in_service = 服务中
state-visit-served = 服务完成
state-visit-at_checkout = 结账中
state-visit-paid = 已结账
state-visit-left = 已离店
state-visit-running_late = 会迟到
state-visit-paused = 暂时离开
state-visit-transferring = 换房中

state-technician-off = 未上班
state-technician-free = 待钟
state-technician-called = 已派钟
state-technician-in_service = 上钟
state-technician-processing_free = 静置空档
state-technician-break = 休息
state-technician-about_to_finish = 即将落钟

state-place-free = 空净
state-place-reserved = 预留
state-place-occupied = 占用
state-place-dirty = 待清洁
state-place-cleaning = 清洁中
state-place-closed = 停用

state-phase-hands_on = 手上服务
state-phase-processing = 静置等候
state-phase-finishing = 收尾

color-celadon = 青瓷
color-clay = 陶土
color-amber = 琥珀
color-indigo = 靛蓝
color-rose = 玫瑰
color-jade = 翠玉
color-ivory = 象牙
color-ink = 墨黑

skin-normal = 中性皮肤
skin-dry = 干性皮肤
skin-oily = 油性皮肤
skin-combination = 混合性皮肤
skin-sensitive = 敏感性皮肤
talk-title = 咨询记录 · { $name }
