error-unknown-place-kind = 没有编号为“{ $code }”的房位类型，请先添加。
error-unknown-skill = 没有编号为“{ $code }”的技能，请先添加。
error-invalid-hours = 请同时填写营业开始和结束时间，两者不能相同。
error-hours-beyond-day = 营业时间 { $opens }–{ $closes } 跨过了 { $begins }，那时新的营业日已经开始。请调整营业时间，或者调整营业日开始时间。
error-day-begins-now = 现在店里正在进行的会被算到另一天。请在 { $begins } 以后、之前来的客人都离店了再改。
error-unknown-consent-form = 没有代码为“{ $code }”的同意书，请先添加。
