error-moved-on = 之后情况又有变化，这一步不能撤销了。
