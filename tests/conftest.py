"""What holds for every test."""

from hypothesis import settings

# A test never asserts timings: on a busy machine, importing scipy inside the first example takes its time.
settings.register_profile("holdfast", deadline=None)
settings.load_profile("holdfast")
