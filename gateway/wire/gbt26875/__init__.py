"""GB/T 26875.3-2011, the language of city fire monitoring centres: frames and what they carry.

Pure: bytes in, bytes out. Designed to the standard's text; who sends what when is the channel's.
"""
