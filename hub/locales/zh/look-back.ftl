## 复盘：过去的一天与最佳可能对照，/look-back

look-back-title = 复盘
look-back-lead = 把这一天的实际情况，和事先知道一切时能排出的最好一天放在一起比。
look-back-day = 日期
look-back-option = { $day } · 到店 { $came } 位
look-back-before = 前一天
look-back-after = 后一天
look-back-looking = 正在寻找这一天的最佳排法，需要几秒钟。
look-back-none = 还没有可以复盘的日子
look-back-none-text = 有客人到店的一天结束后，这里会显示：损失了什么、因为什么、哪些谁也避免不了。
look-back-not-over = 这一天还没有结束
look-back-not-over-text = 一天完整结束后才能复盘。请在上方选择更早的日子。
look-back-nobody = 这一天没有客人到店
look-back-nobody-text = 没有可对照的内容。请在上方选择其他日子。
look-back-guest = 客人
look-back-somebody = 某位技师
look-back-comma = { "，" }

look-back-verdict-customers = 位客人流失
look-back-verdict-money = 服务金额 { $money }
look-back-verdict-promises = 个承诺本可兑现
look-back-verdict-of = { $windows } 个中兑现 { $kept } 个
look-back-verdict-late = 的迟到本可避免
look-back-verdict-waiting = 的等候本可避免

look-back-levels = 损失了什么
look-back-who = 到店 { $came } 位，其中 { $walk_ins } 位没有预约；{ $stayed_away } 位没有来。
look-back-level = 按此顺序
look-back-went = 实际
look-back-could = 最佳可能
look-back-lost = 损失
look-back-nothing = 无
look-back-more = 最佳反而多 { $by }
look-back-of = 共 { $count }
look-back-key-least = 不可避免
look-back-key-open = 尚不确定
look-back-key-lost = 损失
look-back-level-unserved = 未服务的客人
look-back-level-broken = 未兑现的承诺
look-back-level-late = 超出承诺时段
look-back-level-waiting = 等候
look-back-level-wishes = 没有安排想要的技师
look-back-level-overtime = 加班

look-back-costs = 因为什么
look-back-costs-text = 每件事影响了哪些客人，最佳的一天会怎样安排他们。点一位客人，可在下面两张图中看到。
look-back-costs-rest = 另有 { $count } 件较小的事：{ $lost }
look-back-costs-none = 没有损失
look-back-costs-none-text = 谁也无法把这些客人服务得更好。值得告诉团队的一天。
look-back-sum-unserved = 流失 { $count } 位（{ $money }）
look-back-sum-late = 迟 { $minutes }
look-back-sum-waited = 多等 { $minutes }
look-back-start = { TIME($at) } { $who }
look-back-not-served = 未服务
look-back-instead = 最佳的一天
look-back-worse-off = 另有 { $count } 位客人在最佳的一天里会多等 { MINUTES($minutes) }。
look-back-cause-left = { $who }没有等到服务就离开了
look-back-cause-idle = { $who }开始之前，{ $technician }和位置已空闲 { $minutes } 分钟
look-back-cause-absent = { $technician }不在 { $minutes } 分钟
look-back-cause-off = { $technician }还没上班
look-back-cause-overran = { $who }由{ $technician }服务，比计划多用 { $minutes } 分钟
look-back-cause-came-late = { $who }迟到 { $minutes } 分钟，影响了{ $technician }
look-back-cause-walk-in = { $who }没有预约，先由{ $technician }服务
look-back-cause-order = { $who }来得更晚，却先由{ $technician }服务
look-back-cause-busy = { $technician }先服务{ $who }：排得就这么紧

look-back-picture = 两张图对照
look-back-late = 超出承诺时段才开始

look-back-proven = 已证明：谁也无法服务更多客人、更守时或让客人等得更少（{ $seconds } 秒）。
look-back-open = 搜索结束时尚未全部证明（{ $seconds } 秒）；不可避免的部分是下限。
look-back-contradictory = 记录中有不可能的情况，例如同一位技师同时做两项服务；这一天不作证明。
look-back-assumed = 每项服务按实际时长计算，不论由谁来做。技能、价格和位置按今天的。忘记点结束的服务会算得很长。
