# expect: untouched-safe unsafe=transitive-blocking loop=freed
"""Making the object is what blocks; what is passed to it and what it raises stays the same."""
import asyncio
import time


class Robot:
    def __init__(self, port, *, speed=1):
        if port < 0:
            raise ValueError(f"no port {port}")
        time.sleep(0.15)
        self.port, self.speed = port, speed


async def connect(port):
    try:
        return Robot(port, speed=3)
    except ValueError as error:
        return str(error)


async def main():
    robot = await connect(4)
    print(robot.port, robot.speed, await connect(-1))


asyncio.run(main())
