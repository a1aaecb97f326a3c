"""The command line: options in, one workflow call, words out, exit code."""
