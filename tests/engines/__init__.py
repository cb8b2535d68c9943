"""The client in other engines than Chromium's: Firefox ESR and WebKitGTK. Run by `make engines`."""
