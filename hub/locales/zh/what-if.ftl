## 改动之前先看会怎么样；以及为什么不行

desk-what-if-cancels = · 取消 { $count } 个预约
desk-what-if-moves-all = { $count } 位要动，{ $minutes ->
    [0] 时间不变
   *[other] 共 { MINUTES($minutes) }
}
desk-what-if-nobody-all = 谁都不用动
desk-what-if-no-room = 今天排不下
desk-way-as-asked = 按要求排
desk-way-quiet = 谁都不动
desk-what-if-cancelled = 取消
desk-what-if-looking = 正在找更好的排法…
desk-what-if-who = 看谁要动
desk-breaks-promise-by = 比承诺晚 { MINUTES($minutes) }
desk-look-first = 先看会怎么样
desk-sick-title = { $name } 生病离岗
desk-close-title = 停用 { $name }
desk-late-title = { $name } 迟到 { $minutes } 分钟
desk-late-go = 记迟到 { $minutes } 分钟
desk-add-go = 加 { $service }
desk-way-asked = 对大家最好的排法
desk-way-only-those = 只动受影响的客人
desk-way-cancel = 取消受影响的预约
desk-way-keeps = 给客人留着技师和房位
desk-way-technician = 换一位技师
desk-way-time = 换个时间
desk-way-anybody = 谁有空谁做
desk-way-sooner = 别人让一让，更早开始
desk-do-why-not = 为什么不…
desk-why-not = 为什么不行
desk-why-not-title = 为什么不这样排？{ $name }
desk-why-not-choose = 选一个您想要的安排。
desk-why-not-before = 为什么不照旧 { TIME($at) }？
desk-why-not-nothing = 没有什么不行
desk-why-not-impossible = 这样全天排不下来。
desk-why-not-cost = 这样做的代价
desk-why-not-as-good = 谁都不吃亏；维持原样只是为了少动客人。
desk-why-not-leave = 维持原样
desk-why-not-insist = 还是这样排
desk-level-unserved-more = 多 { $by } 位客人排不下
desk-level-unserved-less = 多排下 { $by } 位客人
desk-level-promise-lateness-more = 超过承诺时间多 { $by } 分钟
desk-level-promise-lateness-less = 超过承诺时间少 { $by } 分钟
desk-level-waiting-more = 店里客人合计多等 { $by } 分钟
desk-level-waiting-less = 店里客人合计少等 { $by } 分钟
desk-level-wishes-more = 少满足 { $by } 个希望的技师
desk-level-wishes-less = 多满足 { $by } 个希望的技师
desk-level-overtime-more = 加班多 { $by } 分钟
desk-level-overtime-less = 加班少 { $by } 分钟
desk-level-fairness-more = 轮钟没那么均匀
desk-level-fairness-less = 轮钟更均匀
desk-level-idle-more = 空档多 { $by } 分钟
desk-level-idle-less = 空档少 { $by } 分钟
desk-what-if-breaks-own = · 本人要到 { TIME($at) } 才开始，晚于承诺
