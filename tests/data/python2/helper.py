def half(n):
    return n / 2

batches = 25 / 10
