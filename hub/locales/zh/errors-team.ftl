error-shift-overlap = 这位技师在这个时间已经排了班，请先改另一个班次。
error-shift-beyond-day = 班次 { $start }–{ $end } 跨过了 { $begins }，那时新的营业日已经开始。请在那时结束，剩下的排到另一天。
error-not-on-break = 这位技师现在没有在休息。
error-already-away = 这位技师在这个时间已经休息或请假。
error-ends-before-start = 结束时间早于开始时间，请检查。
error-technician-away = 这位技师那时不在。请换一位技师或换个时间。
