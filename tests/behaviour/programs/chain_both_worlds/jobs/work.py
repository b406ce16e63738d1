import time


def work(n):
    time.sleep(0.12)
    return n * 10
