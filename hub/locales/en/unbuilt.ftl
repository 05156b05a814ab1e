page-unbuilt-title = The screens have not been built yet
page-unbuilt-text = The hub is running, but its pages are missing. Run “make build” once, then reload.
page-unbuilt-home = Try again
