## 承诺与时长，/lengths

lengths-title = 承诺与时长
lengths-kept = 承诺兑现
lengths-today = 今天兑现
lengths-today-none = 今天还没有到点的承诺
lengths-week = 近 7 天
lengths-month = 近 30 天
lengths-quarter = 近 90 天
lengths-of = { $settled } 个中兑现 { $kept } 个
lengths-no-promises = 还没有承诺

lengths-odds = 把握说得准吗？
lengths-odds-text = 近 90 天告诉客人的把握，和实际兑现的比例。色带是真实比例的 95% 区间，竖线是当时说的把握。
lengths-odds-stated = 说的把握
lengths-odds-kept = 实际兑现
lengths-odds-share = 比例
lengths-odds-count = 承诺数
lengths-band = { $low }–{ $high }%
lengths-too-high = 说得过满
lengths-too-low = 说得保守

lengths-services = 各项服务实际要多久
lengths-services-text = 近 90 天的手工时间。竖线是项目表的时长，圆点是学到的时长，色带含十次中的八次。做满 { $enough } 次后，排程就按学到的来。
lengths-catalog = 项目表 { $minutes } 分钟
lengths-learned = 学到 { $minutes } 分钟
lengths-not-seen = 还没有记录
lengths-counts = 已按此排程 · 共 { $seen } 次
lengths-too-few = { $enough } 次中已有 { $seen } 次
lengths-technician = 技师
lengths-spread = 快慢范围
lengths-minutes = 分钟
lengths-planned = 排程
lengths-seen = 次数
lengths-range = { $low }–{ $high }
lengths-nobody = 没有人会做这一项。
lengths-none = 还没有服务项目
lengths-none-text = 先在项目表里加上服务，从第一次做完起就会开始学习。
