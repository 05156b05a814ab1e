# 门口的自助机

kiosk-title = 自助签到
welcome-hello = 欢迎光临
welcome-booking = 我有预约
welcome-booking-hint = 扫码或输入手机号
welcome-walk-in = 没有预约
welcome-walk-in-hint = 先看要等多久
welcome-scan = 有预约二维码？直接对准扫码器
welcome-waiting = 现在有 { $count } 位客人在等候
welcome-waiting-none = 现在没有客人在等候
welcome-closed = 今天门店休息
start-over = 重新开始
call-person = 找店员帮忙
person-coming = 店员马上就来
kiosk-steps = 步骤

identify-title = 请扫预约二维码，或输入手机号
identify-title-pad = 请输入预约时的手机号
identify-camera = 把二维码对准镜头
identify-use-pad = 改用手机号
identify-scanner = 也可以把二维码对准扫码器
kiosk-phone-label = 手机号

hour-title = 您约的是几点？
hour-hint = 选到整点就行：14:30 请选 14:00

unknown-title = 没有找到今天的预约
unknown-code = 这个二维码在这里打不开。请用最新的预约二维码，或改用手机号。
unknown-number = 请核对手机号和时间，也可以请店员帮您查。
unknown-again = 再试一次
unknown-walk-in = 没有预约，现场取号

locked-title = 店员马上来帮您
locked-text = 试的次数多了，请稍等片刻。您也可以直接现场取号，或扫预约二维码。

whose-title = 请选您的预约
whose-here = 已签到
confirm-title = 是您吗？
confirm-with = { $technician }为您服务
confirm-early = 您早到了 { MINUTES($minutes) }。先签到，有空位会尽早请您。
confirm-late = 比预约晚了 { MINUTES($minutes) }。没关系，签到后马上为您重新安排。
confirm-yes = 是我，签到
confirm-health = 是我，过敏或健康情况有变化
confirm-no = 不是我
confirm-unchanged = 签到即表示过敏和健康情况没有变化

consent-title = 可以保存您的信息吗？
consent-text = 本店为您的预约保存姓名、手机号、时间和备注，加密存放，不作他用。您可以随时要求查看、更正或删除。
consent-yes = 同意，签到
consent-no = 不同意
person-title = 店员马上来
person-text = 我们当面为您办理，不在这里保存任何信息。

result-title = 签到成功
result-already = 您已经签到了
result-code = 您的号码
result-window = 预计开始
result-odds = 把握 { $odds }%
result-now = 请稍候，马上请您
result-no-window = 时间稍后告诉您，请留意大屏幕
result-ahead = 前面还有 { $count } 位
result-ahead-none = 下一位就是您
result-seat = 请在等候区就座，留意大屏幕叫号
result-place = 请到{ $place }
result-follow = 手机扫一扫，随时看进度
result-health = 店员会过来确认您的过敏和健康情况
result-another = 为同行的人签到
result-done = 好了
result-gone-title = 请到前台
result-gone-text = 您的签到已在前台更改。

elsewhen-title = 您的预约不在今天
elsewhen-text = 想改时间？用手机扫一扫。
elsewhen-today = 今天现场取号
over-title = 这个预约已经结束或取消
over-text = 想再约，可以现场取号，也可以请店员帮忙。

service-title = 想做什么项目？
service-next = 看看要等多久
service-count = 已选 { $count } 项 · { MINUTES($minutes) }

who-title = 由谁来做？
kiosk-who-any = 都可以，最快
kiosk-who-woman = 女技师
kiosk-who-man = 男技师
who-named = 指定技师
wait-now = 马上可以
wait-about = 约等 { MINUTES($minutes) }
wait-none = 今天约满
full-title = 今天现场已经满了

offer-title = 大约这个时候开始
offer-odds = 按时开始的把握 { $odds }%
offer-join = 现在取号
offer-later = 改天再来
kiosk-later-title = 用手机预约别的时间
later-text = 扫码打开预约页，看到的都是真实空位。

name-title = 怎么称呼您？
kiosk-name-label = 姓名或姓氏
name-next = 下一步
name-spell = 其他姓氏，用拼音输入
name-choose = 选常见姓氏
name-skip = 不留称呼，直接取号
kiosk-title-ms = 女士
kiosk-title-mr = 先生
kiosk-title-none = 不填
key-space = 空格
key-delete-letter = 删除一个字
surnames = 常见姓氏

number-title = 留个手机号？
number-text = 只用于今天的到店服务；加密保存，您可以随时要求删除。
number-skip = 不留手机号
number-join = 同意并取号

idle-title = 还在吗？
idle-text = { $seconds } 秒后清空屏幕，保护您的信息
idle-stay = 我还在
offline-title = 自助机暂时连不上
offline-text = 请到前台，店员为您办理。连上后会自动恢复。

form-hint = 请看一下并签名，签好就可以了
form-sign = 签好了，继续
form-hold = 不方便写字？按住这里表示同意
form-hold-again = 再按一次表示同意
form-later = 想请店员当面办理
name-needed = 这个项目需要签同意书，所以要留姓名
result-form-to_confirm = 店员会过来核对您的姓名
result-form-open = 店员会拿同意书来请您签
