review-title = { $day }：实际与最优对比
review-measure = 当日
review-happened = 实际
review-best = 最优方案
review-least = 已证明的极限
review-served = 已服务的客人
review-kept = 兑现的承诺
review-late-total = 超出承诺时段（分钟）
review-late-mean = – 每位客人
review-late-longest = – 最长
review-waiting-total = 等候（分钟）
review-waiting-mean = – 每位客人
review-waiting-longest = – 最长
review-wishes-unmet = 未由所选技师完成的项目
review-overtime = 加班（分钟）
review-who = 来了 { $came } 位客人，其中 { $walk_ins } 位没有预约；{ $stayed_away } 位没有来。
review-late = 超出承诺时段共 { $minutes } 分钟。{ $least ->
    [none] 其中多少不可避免，尚未证明
   *[other] 其中至少 { $least } 分钟不可避免
  }；最优方案为 { $best } 分钟。
review-late-nothing = 没有客人超出承诺时段才开始。
review-waited = 客人共等候 { $minutes } 分钟。{ $least ->
    [none] 其中多少不可避免，尚未证明
   *[other] 在同样守时的前提下，至少 { $least } 分钟不可避免
  }；最优方案为 { $best } 分钟。
review-waited-nothing = 没有客人等候。
review-broken = 实际情况违反了无法放宽的规则（{ $rules }）：因此没有任何证明。
review-proven = 最优方案已证明：谁也无法服务更多客人、更守时或让客人等得更少（{ $seconds } 秒）。
review-open = 搜索结束时尚未全部证明（{ $seconds } 秒）；需要更多时间：--seconds。

review-no-store = { $data } 里没有门店。
review-not-over = { $day } 还没有结束。
review-no-such-day = { $day } 没有客人到店。{ $first ->
    [none] 还没有任何到店记录。
   *[other] 到店记录从 { $first } 到 { $last }。
  }
review-database-unknown = 门店的数据库与当前版本不符：{ $cause }
