# expect: safe=time-sleep loop=freed
import asyncio, time; from time import sleep


async def a(): time.sleep(0.12)
async def b(n):
    for i in range(n): time.sleep(0.01); print("b", i)
    if n: sleep(0.01)
    else: sleep(5)
    try: time.sleep(0.01)
    except ValueError: sleep(1)
    finally: print("finally"); sleep(0.01)
    x = 1; time.sleep(0.01); y = 2
    while n > 2: n -= 1; sleep(0.01)
    return x + y + n
async def c(): return time.sleep(0)
class D:
    async def e(self): print("e"); sleep(0); print("f")
async def main(): await a(); print(await b(3)); print(await c()); await D().e()
asyncio.run(main())
