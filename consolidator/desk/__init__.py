"""The desk: a week in the browser, on this machine only. Every action is a function that the command line calls too."""
