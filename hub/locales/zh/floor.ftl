## 前台留意

attention-arrived = { $who }到店
attention-late = { $who }说晚到 { MINUTES($minutes) }
attention-overrun = { $who }超时 { MINUTES($minutes) }，还没落钟
attention-promise-at-risk = { $who }要比承诺的时间晚 { MINUTES($minutes) }
attention-unplanned = { $who }的{ $service }还排不上
attention-later-day = { DAY($day) }有 { $count } 个预约排不下了
attention-no-show-due = { $who }过了 { MINUTES($minutes) }还没到
attention-sick = { $technician }生病离岗
attention-place-closed = { $place }停用：{ $reason }
attention-help-help = 需要帮手
attention-help-help-named = { $name }需要帮手
attention-help-clean = 需要清洁
attention-help-clean-named = { $name }需要清洁
attention-help-remind = 催钟
attention-help-remind-named = { $name }催钟
attention-help-kiosk = 自助机前的客人需要帮忙
attention-help-health = 客人的过敏或健康情况有变化，请当面确认
attention-help-health-named = { $name }的过敏或健康情况有变化，请当面确认
attention-help-form = 有客人要在前台签同意书
attention-help-form-named = { $name }要在前台签同意书
attention-form = { $who }还没签“{ $form }”
attention-form-held = { $who }按住同意了“{ $form }”，请核对姓名
attention-dirty = { $place }待清洁，{ TIME($time) } 要用
attention-called-long = 叫了{ $who } { MINUTES($minutes) }，还没入座
attention-waiting = { $who }已等{ $service } { MINUTES($minutes) }
attention-waiting-planned = { $who }已等{ $service } { MINUTES($minutes) }，排在 { TIME($start) }
attention-alarm = 警报：{ $rule }

## 一键处理

mend-call = 叫号
mend-confirm-name = 姓名无误
mend-extend = 加钟 10 分钟
mend-finish = 落钟
mend-replan = 重新排
mend-anybody = 问过客人，换人做 { TIME($start) }
mend-without = 问过客人，不做{ $service }
mend-without-at = 问过客人，不做{ $service } { TIME($start) }
mend-move-to = 问过客人，改到 { TIME($start) }
mend-move-to-day = 问过客人，改到 { VISIT($start) }
mend-no-show = 记为未到
mend-late = 再等 15 分钟
mend-check-in = 到店登记
mend-back = 已回来
mend-reopen = 恢复使用
mend-answer = 已处理
mend-clean = 已清洁
mend-recall = 再叫一次
mend-entered = 已入座
mend-pause = 先过号
