"""What leaves a home for the district, and what comes back: one event model for every path.

Pure: facts in, events out. Which path carries them, and when again, is the uplink's.
"""
