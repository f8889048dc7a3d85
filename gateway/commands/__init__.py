"""The commands, one file each; gateway/cli.py imports one when it is called."""
