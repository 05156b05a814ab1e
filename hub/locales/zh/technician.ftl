# 技师平板

technician-title = 技师
my-turn = 轮钟
my-turn-rank = 第 { $rank } 位
my-done = 今日已做
my-shift-end = 下班

focus-current = 上钟中
focus-developing = 静置中
focus-next = 下一位
focus-none = 现在没有安排
focus-none-hint = 有新的顾客会立刻显示在这里
requested-me = 点钟
time-left = 还剩
time-developing = 静置还剩
time-starts = 开始
time-until = 到
here-since = 到店
late-until = 预计
steps = 步骤
allergy = 有过敏史
allergy-hint = 起钟前请先确认
tier-regular = 普通会员
tier-silver = 银卡
tier-gold = 金卡
tier-diamond = 钻石

actions = 操作
do-call = 叫号
do-recall = 再叫一次
do-start = 起钟
do-phase = 本步完成
do-finish = 落钟
do-extend = 加钟
do-extend-by = 加 { $minutes } 分
do-add = 加项目
do-help = 请人帮忙
do-clean = 叫清洁
do-rest = 休息
do-return = 结束休息
do-sign-out = 退出登录
do-acknowledge = 已知晓过敏史，可以服务
add-title = 给 { $name } 加项目
add-asking = 正在推算…
add-unknown = 没有收到主机回答。加的项目会在恢复后送出。
add-free = { TIME($at) }可以做
add-later = { TIME($at) }起才有空
add-swap = 要动 { $count } 位客人
add-breaks = 会有客人失约
add-impossible = 今天排不下
add-no-room = 今天排不下
add-late = 比承诺晚 { MINUTES($minutes) }
add-with = 由 { $name } 做
add-back = 返回
add-anyway = 就这样加
minutes-short = { $minutes } 分钟

did-call = 已叫 { $name }
did-recall = 再次叫 { $name }
did-start = { $name } 起钟
did-phase = { $name } 本步完成
did-finish = { $name } 落钟
did-extend = 加钟 { $minutes } 分钟
did-add = 已加：{ $service }
did-help = 已请人帮忙
did-clean = 已叫清洁
did-rest = 开始休息
did-return = 结束休息

next-title = 下一位
then-title = 再下一位
next-none = 后面暂时没有安排
later-title = 之后
developing-title = 正在静置

brief-title = 以往到店
brief-by-me = 由您服务

faces-title = 请点自己的名字
faces-none = 还没有技师
faces-none-hint = 请店长先添加技师
face-kept = { $count } 项操作待登录后发送
pin-title = { $name }，请输入密码
pin-length = 已输入 { $count } 位
allergy-open = 查看
