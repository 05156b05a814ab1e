# What the door and the gateway refuse with. One sentence each; the way out comes last.
error-invalid = Some of what was entered does not fit. Please check it.
error-unknown-command = This page asks for something that the hub does not know. Please reload it.
error-not-found = That no longer exists, or is not yours to see.
error-not-signed-in = Please sign in first.
error-forbidden = You may not do this here. Ask a manager.
error-id-reused = This was already used for something else. Please try again.
error-too-many = That was too often. Please wait a moment.
error-conflict = Somebody has just changed this. Please look again.
error-read-only = { $cause ->
    [disk_full] The hub's disk is full: it shows what it has and takes nothing new.
    [disk_fault] The hub's disk has a fault: it shows what it has and takes nothing new.
    [locked] Another program holds the hub's database: it takes nothing new until that one lets go.
    [damaged] The hub's database is damaged: it shows what it can read and takes nothing new.
   *[other] The hub may not write its database: it shows what it has and takes nothing new.
}
error-unavailable = The hub cannot do this at the moment. Please try again shortly.
error-malformed = This could not be read. Please reload the page.
error-foreign-origin = This did not come from a page of this hub.
error-no-such-page = There is nothing at this address.
error-unknown-screen = The hub knows no such screen.
error-method-not-allowed = This address does not take that kind of request.
error-too-large = That is too large: at most { $limit_kb } kB are taken.
error-unsupported-media = The hub reads { $expected } here.
error-unexpected = Something went wrong in the hub. It is noted under { $reference }.
error-no-store = No store has been set up yet. On the server, “salon-hub new” opens one.
error-invalid-address = That is not a mail address that can be written to.
error-card-number = This looks like a bank card’s number. Card numbers are never kept here: leave it out, please.
