## What is promised and what was learned, /lengths

lengths-title = Promises and lengths
lengths-kept = Promises kept
lengths-today = Kept today
lengths-today-none = No promise has come due yet
lengths-week = Last 7 days
lengths-month = Last 30 days
lengths-quarter = Last 90 days
lengths-of = { $kept } of { $settled } kept
lengths-no-promises = No promises yet

lengths-odds = Are the odds true?
lengths-odds-text = What was told to customers, and how much of it came true in the last 90 days. The band is where the true share lies with 95% certainty; the line is what was stated.
lengths-odds-stated = Stated
lengths-odds-kept = Came true
lengths-odds-share = Share
lengths-odds-count = Promises
lengths-band = { $low }–{ $high }%
lengths-too-high = too sure
lengths-too-low = too careful

lengths-services = How long services take
lengths-services-text = Work by hand over the last 90 days. The line is the catalog’s time, the dot what was learned, the band holds eight of ten services. The plan goes by it from { $enough } finished services on.
lengths-catalog = Catalog { $minutes } min
lengths-learned = Learned { $minutes } min
lengths-not-seen = Not seen yet
lengths-counts = Planned by it · { $seen } seen
lengths-too-few = { $seen } of { $enough } seen
lengths-technician = Technician
lengths-spread = Spread
lengths-minutes = Minutes
lengths-planned = Planned
lengths-seen = Seen
lengths-range = { $low }–{ $high }
lengths-nobody = Nobody has the skill for it.
lengths-none = No services yet
lengths-none-text = Put services into the catalog; what they take is learned from the first finished one on.
