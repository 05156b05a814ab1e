error-stale-premises = 情况又有变化，正在重新排。
error-not-planned = 这个项目已经开始，或还没有排上，不能移动。
error-no-room = 放不下：技师、位置或时间不允许。请换个时间或换一位技师。
error-place-shut = 这个位置那时停用。请换个位置或换个时间。
error-not-undoable = 这一步不能撤销，或已经撤销了。
error-proposal-gone = 这个方案已经过期，请重新看一次。
