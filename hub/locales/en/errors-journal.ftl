error-moved-on = The day has moved on since: this step can no longer be undone.
