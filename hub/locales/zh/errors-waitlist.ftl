error-offer-lapsed = 回复时间已过，这个时段已让给下一位。您仍在候补名单上。
error-offer-taken = 这个时段已经确认过了。
error-offer-declined = 这个时段已经放弃了。
error-offer-withdrawn = 这个时段已另有安排，无法再确认。您仍在候补名单上。
error-wait-over = 这次候补已经结束。
error-wait-dates = 请选择今天起的日期，最多连续 { $days } 天，且最早时间不晚于最晚时间。
